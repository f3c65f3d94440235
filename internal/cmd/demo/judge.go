// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
)

var errFailed = errors.New("what happened is not what should have")

// observation is what can be seen from outside after an apply.
type observation struct {
	status   string // the resource's status in state
	state    []byte // the state file
	accepted int    // cutovers that Atlas accepted so far
	changes  int    // requests of any kind that Atlas accepted so far, which changed something there
	requests int    // requests of any kind that Atlas received so far
}

func observe(ctx context.Context, cli *cli, atlas *atlas) (observation, error) {
	status, err := cli.output(ctx, "status")
	if err != nil {
		return observation{}, err
	}
	state, err := os.ReadFile(cli.stateFile())
	if err != nil {
		return observation{}, err
	}
	log, err := atlas.log(ctx)
	if err != nil {
		return observation{}, err
	}
	return observation{
		status: status, state: state,
		accepted: count(log, entry.startsCutover), changes: count(log, entry.changesAtlas), requests: len(log),
	}, nil
}

// judge compares Terraform's belief after each apply with Atlas's own log.
func judge(shown example, first, second observation) error {
	switch {
	case first.status != "SUCCESS":
		return fmt.Errorf("%w: after the first apply the status in state is %q, not SUCCESS", errFailed, first.status)
	case first.accepted != 1:
		return fmt.Errorf("%w: Atlas accepted %d cutovers during the first apply, not 1", errFailed, first.accepted)
	case second.changes != first.changes:
		return fmt.Errorf("%w: Atlas accepted another change during the second apply", errFailed)
	case shown.still && second.requests != first.requests:
		return fmt.Errorf("%w: the second apply sent %d requests, though a finished cutover needs none",
			errFailed, second.requests-first.requests)
	case shown.still && !bytes.Equal(first.state, second.state):
		return fmt.Errorf("%w: the second apply changed the state", errFailed)
	}
	return nil
}
