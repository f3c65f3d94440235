// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"strings"

	"github.com/atlasmigration/terraform-provider-atlasmigration/internal/atlassim"
)

// settings are what the flags say.
type settings struct {
	listen   string
	speed    float64
	scenario atlassim.Scenario
	options  atlassim.Options
}

// parse reads the flags. Whatever is wrong has been said when it returns.
func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	var scenario, algorithm string
	flags := flag.NewFlagSet("atlas-sim", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "loopback `address` and port to listen on; port 0 takes a free one")
	flags.Float64Var(&s.speed, "speed", 1, "how many `times` faster than real time the simulated clock runs")
	flags.StringVar(&scenario, "scenario", "happy", "the `name` of what to rehearse")
	flags.StringVar(&algorithm, "algorithm", "md5", "digest algorithms to offer: "+algorithmNames)
	s.addAssumptions(flags)
	flags.Usage = func() { usage(flags, stderr) }
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	err := s.set(flags.Args(), scenario, algorithm)
	if err != nil {
		say(stderr, "atlas-sim: %v\n", err)
	}
	return s, err
}

// addAssumptions adds a flag for each way in which Atlas may answer.
func (s *settings) addAssumptions(flags *flag.FlagSet) {
	for _, a := range atlassim.Assumptions() {
		if len(a.Answers) == 1 {
			continue
		}
		about := fmt.Sprintf("%s One of `%s`; the first is the default, %s.", a.Question, strings.Join(a.Answers, "|"), bases[a.Basis])
		flags.Func(a.Name, about, func(answer string) error { return a.Set(&s.options, answer) })
	}
}

// bases say what an assumption rests on, as part of a sentence.
var bases = map[atlassim.Basis]string{
	atlassim.Recorded: "as recorded", atlassim.Documented: "as documented", atlassim.Guess: "a guess",
}

// set checks what the flags say, and takes it over.
func (s *settings) set(rest []string, scenario, algorithm string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q is not a flag; see -h", rest[0])
	}
	if s.speed <= 0 || math.IsInf(s.speed, 0) || math.IsNaN(s.speed) {
		return errors.New("-speed must be a number above 0")
	}
	if err := loopback(s.listen); err != nil {
		return err
	}
	var ok bool
	if s.scenario, ok = atlassim.FindScenario(scenario); !ok {
		return fmt.Errorf("there is no scenario %q; -h lists them", scenario)
	}
	if s.options.Algorithms, ok = algorithms[algorithm]; !ok {
		return fmt.Errorf("-algorithm is %s, not %q", algorithmNames, algorithm)
	}
	return nil
}

const algorithmNames = "md5, md5-sess, sha256, sha256-sess or both (md5 and sha256)"

var algorithms = map[string][]atlassim.Algorithm{
	"md5":         {atlassim.MD5},
	"md5-sess":    {atlassim.MD5Session},
	"sha256":      {atlassim.SHA256},
	"sha256-sess": {atlassim.SHA256Session},
	"both":        {atlassim.MD5, atlassim.SHA256},
}

// loopback refuses an address that other machines could reach: the credentials are public.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("-listen: %w", err)
	}
	if host == "localhost" || net.ParseIP(host).IsLoopback() {
		return nil
	}
	return fmt.Errorf("-listen %s: only loopback addresses (127.0.0.1, ::1, localhost) are served, since the credentials are no secret", address)
}

func usage(flags *flag.FlagSet, stderr io.Writer) {
	say(stderr, "atlas-sim serves a simulated Atlas on this machine, to rehearse a live migration and its cutover.\n\n"+
		"The first line on standard output is a JSON object with all that a client needs: %s.\n"+
		"Every request is told on standard error, a line each.\n\nFlags:\n", greetingNames)
	flags.PrintDefaults()
	say(stderr, "\nScenarios (all times on the simulated clock):\n")
	for _, scenario := range atlassim.Scenarios() {
		say(stderr, "  %-24s %s\n", scenario.Name, scenario.Rehearses)
	}
}
