// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

// Package atlassim is a simulated Atlas, as far as live migrations go: a world
// with a clock, live migrations that copy, fall behind, catch up, cut over and
// end by it, credentials, faults to inject, and a log of every request with
// what it did.
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
// behind it, so in a testing/synctest bubble hours pass at once.
//
// Where Atlas's behaviour is not published, [Migration] has an option with
// each answer that is thinkable; a client has to be right with all of them.
//
// # As a program
//
//	go run ./internal/cmd/atlas-sim -listen 127.0.0.1:8080 -speed 60 -scenario happy
//
// The first line of its standard output is a JSON object with what a client
// needs to know. Under /_sim/ the simulator itself is talked to, from the same
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
// The end of all faults, which also lets held requests go on:
//
//	curl -X DELETE http://127.0.0.1:8080/_sim/faults
//
// Durations are strings such as "2m30s", or "forever". The names of endings are
// completes, fails, expires, stays; of put_answer job, accepted_202,
// no_content_204, empty_object_200; of second_put and early_put conflict_409,
// bad_request_400, silent_success; of wire reset, close, close_mid_body,
// endless_body, hang.
package atlassim
