// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlastest

import (
	"errors"
	"fmt"
	"strings"
)

// report is what a survey found out.
type report struct {
	version string
	rows    []row
	// notes are what has nothing to be compared with.
	notes []string
	// tell gets each note at once, because a report may be long in coming.
	tell func(string)
}

func (r *report) note(text string) {
	text = "noted: " + r.version + ", " + text
	r.notes = append(r.notes, text)
	if r.tell != nil {
		r.tell(text)
	}
}

// row is one thing that an Atlas does. Its value is empty if it was not seen;
// then needs says which variables would show it.
type row struct{ name, value, needs string }

func (r *report) add(p probe, e *exchange) {
	for _, f := range p.facets {
		found := row{r.version + ", " + p.name + ": " + f.name, "", p.needs}
		if e != nil {
			found.value = f.of(e)
		}
		r.rows = append(r.rows, found)
	}
}

// compared says of each row whether the simulator does the same. Rows that were
// not seen are one line for each call.
func (r *report) compared(simulated *report) []string {
	assumed := map[string]string{}
	for _, s := range simulated.rows {
		assumed[s.name] = s.value
	}
	var lines []string
	for _, found := range r.rows {
		line := fmt.Sprintf("differs: %s: the simulator has %s, Atlas %s", found.name, word(assumed[found.name]), found.value)
		switch found.value {
		case "":
			call, _, _ := strings.Cut(found.name, ":")
			line = "not seen: " + call
			if found.needs != "" {
				line += " (needs " + found.needs + ")"
			}
			if len(lines) > 0 && lines[len(lines)-1] == line {
				continue
			}
		case assumed[found.name]:
			line = fmt.Sprintf("holds: %s: %s", found.name, found.value)
		}
		lines = append(lines, line)
	}
	return append(lines, r.notes...)
}

var errSecret = errors.New("a line of the report holds a credential or an ID, which is a bug of this test: it is not printed")

// checkSecrets fails if anything that must stay here is in a line.
func checkSecrets(lines, secrets []string) error {
	text := strings.Join(lines, "\n")
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			return errSecret
		}
	}
	return nil
}
