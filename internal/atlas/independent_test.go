// Copyright (c) the terraform-provider-atlasmigration authors
// SPDX-License-Identifier: MPL-2.0

package atlas

import (
	"bytes"
	"context"
	"crypto/md5"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"text/template"
	"time"
)

const (
	apacheModules  = "/usr/lib/apache2/modules"
	apachePackage  = "apache2 is not installed (Debian package apache2-bin)"
	lighttpdNeeded = "lighttpd is not installed (Debian package lighttpd)"
)

const peerUser, peerPassword = "pubpubpub", "distinctive-private-key"

// digestPeer is a web server that somebody else wrote. It checks the digest of
// each request and passes what is right on to Address.
type digestPeer struct {
	name, program, missing string
	arguments              []string
	config                 *template.Template
	// Setting is what the configuration leaves open.
	Setting string

	Folder, Upstream, Port string
}

// apache has MD5 only. Its setting is the life of a nonce in seconds; 0 lets
// each be used once.
func apache(nonceLife string) *digestPeer {
	return &digestPeer{
		name: "Apache, nonces of " + nonceLife + " s", program: "apache2", missing: apachePackage,
		arguments: []string{"-X", "-f"}, config: apacheConfig, Setting: nonceLife,
	}
}

var apacheConfig = template.Must(template.New("apache").Parse(`
ServerRoot "{{.Folder}}"
ServerName localhost
Listen 127.0.0.1:{{.Port}}
PidFile "{{.Folder}}/pid"
ErrorLog "{{.Folder}}/error.log"
User nobody
Group nogroup
LoadModule mpm_prefork_module ` + apacheModules + `/mod_mpm_prefork.so
LoadModule authn_core_module ` + apacheModules + `/mod_authn_core.so
LoadModule authn_file_module ` + apacheModules + `/mod_authn_file.so
LoadModule authz_core_module ` + apacheModules + `/mod_authz_core.so
LoadModule authz_user_module ` + apacheModules + `/mod_authz_user.so
LoadModule auth_digest_module ` + apacheModules + `/mod_auth_digest.so
LoadModule proxy_module ` + apacheModules + `/mod_proxy.so
LoadModule proxy_http_module ` + apacheModules + `/mod_proxy_http.so
ProxyPass / http://{{.Upstream}}/
<Location />
	AuthType Digest
	AuthName "MMS Public API"
	AuthDigestProvider file
	AuthUserFile "{{.Folder}}/digests"
	AuthDigestNonceLifetime {{.Setting}}
	Require valid-user
</Location>
`))

// lighttpd has MD5, SHA-256 or both, as its setting says.
func lighttpd(algorithms string) *digestPeer {
	return &digestPeer{
		name: "lighttpd, " + algorithms, program: "lighttpd", missing: lighttpdNeeded,
		arguments: []string{"-D", "-f"}, config: lighttpdConfig, Setting: algorithms,
	}
}

var lighttpdConfig = template.Must(template.New("lighttpd").Parse(`
server.document-root = "{{.Folder}}"
server.bind = "127.0.0.1"
server.port = {{.Port}}
server.errorlog = "{{.Folder}}/error.log"
server.modules = ("mod_auth", "mod_authn_file", "mod_proxy")
auth.backend = "plain"
auth.backend.plain.userfile = "{{.Folder}}/passwords"
auth.require = ("" => ("method" => "digest", "realm" => "MMS Public API", "require" => "valid-user", "algorithm" => "{{.Setting}}"))
proxy.server = ("" => (("host" => "{{index .UpstreamParts 0}}", "port" => {{index .UpstreamParts 1}})))
`))

// UpstreamParts are the host and the port of what stands behind the server.
func (p *digestPeer) UpstreamParts() []string { return strings.Split(p.Upstream, ":") }

// start runs the server until the test ends, and returns its URL and the record
// of what it let pass.
func (p *digestPeer) start(t *testing.T) (string, *ledger) {
	t.Helper()
	path := p.find(t)
	upstream, accepted := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) })
	p.Upstream, p.Port = strings.TrimPrefix(upstream, "http://"), freePort(t)
	config := p.write(t)
	var output bytes.Buffer
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	command := exec.CommandContext(ctx, path, append(p.arguments, config)...)
	command.Stdout, command.Stderr = &output, &output
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 5 * time.Second
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 1)
	go func() { ended <- fmt.Sprint(command.Wait()) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	await(t, "127.0.0.1:"+p.Port, ended, &output)
	return "http://127.0.0.1:" + p.Port, accepted
}

func (p *digestPeer) find(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath(p.program)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + p.program)
	}
	if err != nil {
		t.Skip(p.missing)
	}
	if _, err := os.Stat(apacheModules); p.program == "apache2" && err != nil {
		t.Skip(apachePackage)
	}
	return path
}

// write writes what the server reads into a folder that its own user can enter.
func (p *digestPeer) write(t *testing.T) (config string) {
	t.Helper()
	p.Folder = t.TempDir()
	// #nosec G302 -- the server's user is not that of the test
	if err := os.Chmod(filepath.Dir(p.Folder), 0o755); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := p.config.Execute(&text, p); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"config":    text.String(),
		"passwords": peerUser + ":" + peerPassword + "\n",
		"digests":   fmt.Sprintf("%s:MMS Public API:%x\n", peerUser, md5.Sum([]byte(peerUser+":MMS Public API:"+peerPassword))),
	} {
		if err := os.WriteFile(filepath.Join(p.Folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(p.Folder, "config")
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// await waits until the server listens, or has ended instead.
func await(t *testing.T, address string, ended chan string, output *bytes.Buffer) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		if connection, err := net.Dial("tcp", address); err == nil {
			_ = connection.Close()
			return
		}
		select {
		case why := <-ended:
			ended <- why
			t.Fatalf("the server ended: %s\n%s", why, output)
		case <-tick.C:
		}
	}
	t.Fatal("the server does not listen")
}

// front stands before a server and rewrites its challenges, as a proxy does. It
// counts those that say that a nonce was stale.
type front struct {
	form  atomic.Pointer[challengeForm]
	stale atomic.Int32
}

func (f *front) serve(t *testing.T, target string) (string, *ledger) {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(resp *http.Response) error {
		lines := resp.Header.Values("WWW-Authenticate")
		if strings.Contains(strings.Join(lines, " "), "stale=true") {
			f.stale.Add(1)
		}
		if form := f.form.Load(); form != nil && len(lines) > 0 {
			resp.Header["Www-Authenticate"] = form.write(lines)
		}
		return nil
	}
	l := &ledger{}
	server := httptest.NewServer(l.record(proxy.ServeHTTP))
	t.Cleanup(server.Close)
	return server.URL, l
}

// inSession asks for the session form of the algorithm that the server names.
func inSession(form challengeForm) challengeForm {
	return challengeForm{form.name, func(lines []string) []string {
		return form.write(each(func(line string) string {
			return strings.NewReplacer("algorithm=MD5", "algorithm=MD5-sess", "algorithm=SHA-256", "algorithm=SHA-256-sess").Replace(line)
		})(lines))
	}}
}

func unchanged(form challengeForm) challengeForm { return form }

func TestServersOfOthersAcceptTheAnswerToEveryFormOfTheirChallenge(t *testing.T) {
	for _, tt := range []struct {
		peer   *digestPeer
		change func(challengeForm) challengeForm
		want   string
	}{
		{apache("300"), unchanged, "MD5"},
		{lighttpd("MD5"), unchanged, "MD5"},
		{lighttpd("SHA-256"), unchanged, "SHA-256"},
		{lighttpd("MD5|SHA-256"), unchanged, "SHA-256"},
		{lighttpd("MD5"), inSession, "MD5-sess"},
		{lighttpd("SHA-256"), inSession, "SHA-256-sess"},
		{lighttpd("MD5|SHA-256"), inSession, "SHA-256-sess"},
	} {
		t.Run(tt.peer.name+", answered by "+tt.want, func(t *testing.T) {
			target, accepted := tt.peer.start(t)
			f := &front{}
			address, sent := f.serve(t, target)
			for i, form := range challengeForms {
				form = tt.change(form)
				f.form.Store(&form)
				c := newClient(t, Config{BaseURL: address, Auth: APIKey(peerUser, peerPassword)})
				lookAndCutOver(t, c)
				all := sent.all()
				if len(all) != 3*(i+1) || accepted.count("GET") != i+1 || accepted.count("PUT") != i+1 {
					t.Fatalf("%s: %d GETs and %d PUTs accepted of %d", form.name, accepted.count("GET"), accepted.count("PUT"), len(all))
				}
				if got := all[3*i+2].Header.Get("Authorization"); !strings.Contains(got, "algorithm="+tt.want+",") {
					t.Errorf("%s: answered by %s", form.name, got)
				}
			}
		})
	}
}

func TestApachesOneTimeNoncesAreAnsweredOnceEachAndTheCutoverAcceptedOnce(t *testing.T) {
	target, accepted := apache("0").start(t)
	f := &front{}
	address, sent := f.serve(t, target)
	c := newClient(t, Config{BaseURL: address, Auth: APIKey(peerUser, peerPassword)})
	for range 3 {
		if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	if accepted.count("GET") != 3 || accepted.count("PUT") != 1 || sent.count("GET") != 6 || sent.count("PUT") != 2 || f.stale.Load() != 3 {
		t.Errorf("%d GETs of %d and %d PUTs of %d accepted, %d stale",
			accepted.count("GET"), sent.count("GET"), accepted.count("PUT"), sent.count("PUT"), f.stale.Load())
	}
}

func TestApachesNonceThatEndedBeforeTheCutoverIsAnsweredOnceAndTheCutoverAcceptedOnce(t *testing.T) {
	target, accepted := apache("2").start(t)
	f := &front{}
	address, sent := f.serve(t, target)
	c := newClient(t, Config{BaseURL: address, Auth: APIKey(peerUser, peerPassword)})
	if _, err := c.LiveMigration(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	<-time.After(2100 * time.Millisecond) // the life of the nonce, on Apache's clock
	if _, err := c.StartCutover(t.Context(), project, migration); err != nil {
		t.Fatal(err)
	}
	if accepted.count("PUT") != 1 || sent.count("PUT") != 2 || f.stale.Load() != 1 {
		t.Errorf("%d PUTs of %d accepted, %d stale", accepted.count("PUT"), sent.count("PUT"), f.stale.Load())
	}
}

func TestServersOfOthersRefuseAWrongKeyAfterOneAnswer(t *testing.T) {
	for _, peer := range []*digestPeer{apache("300"), lighttpd("MD5|SHA-256")} {
		t.Run(peer.name, func(t *testing.T) {
			target, accepted := peer.start(t)
			address, sent := new(front).serve(t, target)
			c := newClient(t, Config{BaseURL: address, Auth: APIKey(peerUser, "wrong")})
			_, err := c.StartCutover(t.Context(), project, migration)
			if e, ok := asAPIError(err); !ok || e.Status != 401 || e.Challenge != "" || len(sent.all()) != 2 || len(accepted.all()) != 0 {
				t.Errorf("got %v after %d requests, of which %d were accepted", err, len(sent.all()), len(accepted.all()))
			}
		})
	}
}
