// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlassim

import (
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// The version dates of v2. Only starting and validating exist in the later one,
// which renames one field of their bodies.
const (
	version2023 = "2023-01-01"
	version2024 = "2024-05-30"
)

// The later version of starting and validating began to replace the first one
// on a date, and will have replaced it on another.
const (
	deprecated2023 = "Thu, 30 May 2024 00:00:00 GMT"
	sunset2023     = "Thu, 01 Jul 2027 00:00:00 GMT"
)

// versioned is the media type of a version.
func versioned(version string) string { return "application/vnd.atlas." + version + "+json" }

// markDeprecated says of a version that has a successor that it has one.
func markDeprecated(header http.Header, in *request) {
	if in.version == version2023 && slices.Contains(in.route.versions, version2024) {
		header.Set("Deprecation", deprecated2023)
		header.Set("Sunset", sunset2023)
	}
}

// mediaType is the form of the media types that v2 is versioned by.
var mediaType = regexp.MustCompile(`^application/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$`)

// resolve returns the version of a call that a date stands for: its own, or else
// the newest one before it; "" if there is none.
func (s *Sim) resolve(in *request, date string) string {
	found := ""
	for _, version := range in.route.versions {
		if version == date || version < date && !s.options.LaterVersionsRefused {
			found = version // they are in order
		}
	}
	return found
}

// checkVersion settles the version that a v2 request is answered in. It refuses
// 410 one that was removed, and 406 anything else that the call does not exist in.
func (s *Sim) checkVersion(in *request) *action {
	if in.apiVersion != v2 {
		return nil
	}
	gone := ""
	for accepted := range strings.SplitSeq(strings.Join(in.header.Values("Accept"), ","), ",") {
		date := versionOf(accepted)
		version := s.resolve(in, date)
		switch {
		case slices.Contains(s.options.GoneVersions, date):
			gone = date
		case version == "":
		case slices.Contains(s.options.GoneVersions, version):
			gone = version
		default:
			in.version = version
			return nil
		}
	}
	a := refuse(http.StatusNotAcceptable, "INVALID_VERSION_DATE", "Invalid accept header or version date.", "no version that is known")
	if gone != "" {
		a = refuse(http.StatusGone, "VERSION_GONE", fmt.Sprintf("Version %s of this resource was removed.", gone), "a removed version")
	}
	return &a
}

// versionOf returns the version date that a media type names, or "".
func versionOf(text string) string {
	media, _, err := mime.ParseMediaType(text)
	version := mediaType.FindStringSubmatch(media)
	if err != nil || version == nil {
		return ""
	}
	return version[1]
}

// checkContentType refuses 415 a body that is not said to be JSON, in v2 of the version that is answered in.
func (s *Sim) checkContentType(in *request) *action {
	if in.route.form == nil {
		return nil
	}
	sent := in.header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(sent)
	fits := err == nil && media == "application/json"
	if in.apiVersion == v2 {
		fits = s.resolve(in, versionOf(sent)) == in.version
	}
	if fits {
		return nil
	}
	a := refuse(http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE",
		"The Content-Type is not supported by this resource.", "another Content-Type than the API version's")
	return &a
}
