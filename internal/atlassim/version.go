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

// mediaType is the form of the media types that v2 is versioned by.
var mediaType = regexp.MustCompile(`^application/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$`)

// versionRefusal checks the version that a v2 request accepts: 410 for one
// that was removed, 406 for anything else that the call does not exist in. It
// returns nil if the version is right.
func (s *Sim) versionRefusal(in *request) *action {
	gone := ""
	for accepted := range strings.SplitSeq(strings.Join(in.header.Values("Accept"), ","), ",") {
		media, _, err := mime.ParseMediaType(accepted)
		version := mediaType.FindStringSubmatch(media)
		switch {
		case err != nil || version == nil:
		case slices.Contains(s.options.GoneVersions, version[1]):
			gone = version[1]
		case version[1] == in.route.version:
			return nil
		}
	}
	a := refuse(http.StatusNotAcceptable, "INVALID_VERSION_DATE", "Invalid accept header or version date.", "no version that is known")
	if gone != "" {
		a = refuse(http.StatusGone, "VERSION_GONE", fmt.Sprintf("Version %s of this resource was removed.", gone), "a removed version")
	}
	return &a
}
