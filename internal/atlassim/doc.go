// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package atlassim is a simulated Atlas, as far as live migrations go: a world
// with a clock, and in it the link to Cloud Manager, the projects that can be
// migrated, validations, live migrations that copy, fall behind, catch up, cut
// over and end by the clock, credentials with their roles, faults to inject, and
// a log of every request with what it did.
//
// It is there for tests (in memory and in fake time, or on a socket), for the
// demo, for benchmarks, and for people who want to rehearse a cutover before
// the night it counts. It knows the API from its published description alone
// and shares no code with this project's client, so that one wrong field name
// cannot cancel out on both sides.
//
// # In a test
//
//	sim := atlassim.New(atlassim.Options{})
//	id := sim.Add(atlassim.Migration{CutoverTakes: 5 * time.Minute})
//	client := &http.Client{Transport: sim.Transport()} // or simtest.Start(t, sim)
//
// What state a live migration is in is a function of its script, of the time,
// and of the cutovers that were accepted. There is no goroutine and no timer
// behind it, so in a testing/synctest test hours pass at once.
//
// A client can also go the whole way by itself: create a link token, read the
// available projects, validate, start, and cut over what it started.
// [Sim.SetTemplate] scripts the live migrations that clients start,
// [Sim.SetValidation] the validations, [Sim.AddProject] what is available, and
// [Sim.AcceptedStarts] tells how many starts counted, answered or not.
//
// # What is assumed
//
// By default a world answers as Atlas is recorded or documented to answer.
// [Assumptions] lists what is answered in more than one way, and marks each guess. [Replies], [LinkScript] and [StartScript] have an option with
// each other answer, and atlas-sim a flag; [Migration] and [ValidationScript] have
// more of what is not published. A client has to be right with all of it.
//
// [Options].OnExchange hands over each request with its answer. The package
// contract compares them with what Atlas publishes, and simtest.New fails a test
// if they differ.
//
// # API versions
//
// Both API versions are served from one world. In v2 starting and validating exist
// in the versions 2023-01-01 and 2024-05-30, everything else in the first only.
// A later date stands for the newest version before it, an earlier one is
// answered 406, one of Options.GoneVersions 410, and a body of another
// Content-Type than the version's 415. A body with a field that is
// missing, too much or misspelt is answered 400 with each field that is wrong.
//
// # Credentials
//
// [Sim.Credentials] has an API key for digest, an access token that somebody
// else obtained, and a service account for POST /api/oauth/token. What the token
// endpoint issues ends on the simulated clock. All of them stand for the same
// [Key], which says what they may do. What a world issues begins with a word of
// its own ([OAuthTokenPrefix], [LinkTokenPrefix]), so that a search of logs and
// state for it is meaningful. The simulator's own log has no secret and no
// request's body.
//
// # As a program
//
//	go run ./internal/cmd/atlas-sim -listen 127.0.0.1:8080 -speed 60 -scenario happy
//
// The first line of its standard output is a JSON object with what a client
// needs to know: base_url, public_key, private_key, access_token, client_id,
// client_secret, org_id, project_id and live_migration_id, which is empty in the
// scenarios of a whole journey. Under /_sim/ the simulator itself is talked to, from the same
// machine only and without credentials.
//
// The log, one object for each request as in [Entry]:
//
//	curl http://127.0.0.1:8080/_sim/log
//
// Another live migration, with the fields of [Migration]; it is answered with
// its live_migration_id:
//
//	curl -d '{"copying": "2m", "initial_lag": 900, "catch_up": "3m", "cutover_takes": "1h",
//	          "put_answer": "accepted_202", "second_put": "silent_success"}' \
//	     http://127.0.0.1:8080/_sim/migrations
//
// What the live migrations are like that clients start from now on, how their
// validations go, and another project that can be migrated; with the fields of
// [Migration], [ValidationScript] and [AvailableProject]:
//
//	curl -d '{"copying": "2m", "cutover_takes": "5m"}' http://127.0.0.1:8080/_sim/template
//	curl -d '{"takes": "1m", "fails": true, "fail_times": 1, "reason": "No route to host."}' \
//	     http://127.0.0.1:8080/_sim/validation
//	curl -d '{"name": "shop", "migration_hosts": ["host.example.net"], "deployments": [{"name": "carts"}]}' \
//	     http://127.0.0.1:8080/_sim/projects
//
// A fault, with the fields of [Fault]; here the next PUT is acted on, and its
// connection reset before the answer:
//
//	curl -d '{"call": "cutover", "after": true, "do": {"wire": "reset"}}' http://127.0.0.1:8080/_sim/faults
//
// The next three reads of a live migration are answered 503:
//
//	curl -d '{"call": "migration", "times": 3, "do": {"status": 503, "body": "<html>Sorry</html>"}}' \
//	     http://127.0.0.1:8080/_sim/faults
//
// The start of a live migration is acted on, but its answer is lost; and the
// token endpoint has had enough:
//
//	curl -d '{"call": "start", "after": true, "do": {"wire": "reset"}}' http://127.0.0.1:8080/_sim/faults
//	curl -d '{"call": "token", "do": {"status": 429}}' http://127.0.0.1:8080/_sim/faults
//
// The end of all faults, which also lets held requests go on:
//
//	curl -X DELETE http://127.0.0.1:8080/_sim/faults
//
// The calls are link, unlink, projects, validate, start, cutover, migration, job,
// token and revoke.
//
// Durations are strings such as "2m30s", or "forever". The names of endings are
// completes, fails, expires, stays; of put_answer job, accepted_202,
// no_content_204, empty_object_200; of second_put and early_put conflict_409,
// bad_request_400, silent_success; of wire reset, close, close_mid_body,
// endless_body, hang.
package atlassim
