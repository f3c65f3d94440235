// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// handshakes measures how long each provider takes from its start to the line
// that says where it listens, and what it holds in memory then. The two take
// turns, so that a busy moment does not hit one alone.
func (w *workshop) handshakes(ctx context.Context, r *results) error {
	var took [2][]time.Duration
	var resident [2][]float64
	for n := range w.settings.handshakes + 1 {
		for i, s := range w.subjects() {
			t, m, err := handshake(ctx, s.binary)
			if err != nil {
				return err
			}
			if n == 0 {
				continue // The binary was not in memory yet.
			}
			took[i], resident[i] = append(took[i], t), append(resident[i], m)
		}
	}
	for i := range took {
		r.handshake[i], r.resident[i] = median(took[i]), median(resident[i])
	}
	say("handshake: %s; doing nothing: %s", milliseconds(r.handshake[0]), milliseconds(r.handshake[1]))
	say("resident at the handshake: %.1f MiB; doing nothing: %.1f MiB", r.resident[0], r.resident[1])
	return nil
}

func handshake(ctx context.Context, binary string) (time.Duration, float64, error) {
	provider := exec.CommandContext(ctx, binary)
	// What makes a provider believe that Terraform has started it.
	provider.Env = append(os.Environ(), "PLUGIN_PROTOCOL_VERSIONS=6",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	out, err := provider.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := provider.Start(); err != nil {
		return 0, 0, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	took := time.Since(began)
	resident := memory(provider.Process.Pid, "VmRSS")
	_ = provider.Process.Kill() // Nothing is lost: it has done nothing yet.
	_ = provider.Wait()
	if err != nil {
		return 0, 0, fmt.Errorf("%s gave no handshake: %w", binary, err)
	}
	// version|protocol|unix|socket|grpc|certificate
	if parts := strings.Split(line, "|"); len(parts) > 3 && parts[2] == "unix" {
		_ = os.Remove(parts[3]) // It had no time to do so itself.
	}
	return took, resident, nil
}
