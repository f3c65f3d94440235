// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
)

// rehearse tells the story in its order. Whatever it starts or writes is gone
// when it returns.
func rehearse(ctx context.Context, c *console, shown example, release string) (err error) {
	c.heading("Getting ready: the provider, a simulated Atlas, a CLI")
	stage, err := prepare(ctx, c, shown, release)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.remove()) }()

	atlas, err := startAtlas(ctx, stage.simulator, shown, c)
	if err != nil {
		return err
	}
	defer atlas.stop()
	c.say("A simulated Atlas listens on %s. Its clock runs %d times as fast as ours.", atlas.hello.BaseURL, shown.speed)

	cli := stage.cliFor(atlas.hello, c)
	if err := initialize(ctx, cli); err != nil {
		return err
	}
	return act(ctx, c, cli, atlas, shown)
}

func act(ctx context.Context, c *console, cli *cli, atlas *atlas, shown example) error {
	c.heading("First apply: wait until the lag is small enough, request the cutover once, wait for Atlas to confirm it")
	if err := cli.run(ctx, "apply", "-auto-approve", "-input=false"); err != nil {
		return err
	}
	first, err := observe(ctx, cli, atlas)
	if err != nil {
		return err
	}

	c.heading("Second apply: the cutover is done, and there is nothing to do")
	if err := cli.run(ctx, "apply", "-auto-approve", "-input=false"); err != nil {
		return err
	}
	second, err := observe(ctx, cli, atlas)
	if err != nil {
		return err
	}

	c.heading("What Atlas itself has in its log")
	c.say("Requests to start a cutover that Atlas accepted: %d.", second.accepted)
	c.say("Requests of any kind that the second apply sent: %d.", second.requests-first.requests)
	return judge(shown, first, second)
}

func initialize(ctx context.Context, cli *cli) error {
	if err := cli.quietly(ctx, "providers", "lock", "-fs-mirror="+cli.mirror); err != nil {
		return err
	}
	return cli.quietly(ctx, "init", "-input=false")
}
