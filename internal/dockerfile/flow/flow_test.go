package flow_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// becomes says what becomes of every download of a Dockerfile: "a.tgz unpacked",
// with "by sh" where it is run as it comes in, "weak" where the check comes from
// the same server, "ignored" where nothing depends on the check.
func becomes(t *testing.T, text string) string {
	t.Helper()
	f, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
	require.NoError(t, err)
	var out []string
	for _, d := range flow.Of(f) {
		s := d.URL.Value[strings.LastIndexByte(d.URL.Value, '/')+1:] + " " + d.Use.String()
		if d.Runner != "" {
			s += " by " + d.Runner
		}
		if d.SameOrigin {
			s += " weak"
		}
		if d.Ignored != nil {
			s += " ignored"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// asRun makes a Dockerfile of a script.
func asRun(script string) string {
	if strings.Contains(script, "\n") {
		return "FROM a:1\nRUN <<OUTER\n" + script + "\nOUTER\n"
	}
	return "FROM a:1\nRUN " + script + "\n"
}

func TestRuns(t *testing.T) {
	for script, want := range map[string]string{
		// run as it comes in
		"curl https://e.com/i | sh":                        "i run by sh",
		"curl -fsSL https://e.com/i | sudo -E bash -":      "i run by bash",
		"wget -qO- https://e.com/i | bash -s -- --yes":     "i run by bash",
		"curl https://e.com/i | tac | sed s/a/b/ | sh":     "i run by sh",
		"curl https://e.com/i | tee /tmp/i | sh":           "i run",
		"curl https://e.com/i.py | python3 -":              "i.py run by python3",
		"curl https://e.com/i.php | php -- --dir=/x":       "i.php run by php",
		"curl https://e.com/i.gz | gunzip | sh":            "i.gz run by sh",
		"bash <(curl https://e.com/i)":                     "i run by bash",
		"bash <(wget -qO- https://e.com/i) --flag":         "i run by bash",
		"python <(curl https://e.com/i)":                   "i run by python",
		"source <(curl https://e.com/i)":                   "i run by source",
		". <(curl https://e.com/i)":                        "i run by .",
		"sh -c \"$(curl https://e.com/i)\"":                "i run by sh",
		"sh -c \"`curl https://e.com/i`\"":                 "i run by sh",
		"eval \"$(curl https://e.com/i)\"":                 "i run by eval",
		"eval $(curl https://e.com/i | tr a b)":            "i run by eval",
		"python3 -c \"$(curl https://e.com/i)\"":           "i run by python3",
		"$(curl https://e.com/i)":                          "i run by the shell",
		"X=$(curl https://e.com/i) && eval \"$X\"":         "i run by eval",
		"X=$(curl https://e.com/i); echo \"$X\" | sh":      "i run by sh",
		"X=$(curl https://e.com/i); bash <<< \"$X\"":       "i run by bash",
		"export X=$(curl https://e.com/i); sh -c \"${X}\"": "i run by sh",
		"echo \"$(curl https://e.com/i)\" | sh":            "i run by sh",
		"(curl https://e.com/i; echo done) | sh":           "i run by sh",
		"{ curl https://e.com/i; } | sh":                   "i run by sh",
		"sh -c 'curl https://e.com/i | sh'":                "i run by sh",
		"if true; then curl https://e.com/i | sh; fi":      "i run by sh",
		"bash <<EOF\ncurl https://e.com/i | sh\nEOF":       "i run by sh",
		"curl -X POST https://e.com/i | sh":                "i run by sh",
		"curl https://e.com/a https://e.com/b | sh":        "a run by sh, b run by sh",
		"curl https://e.com/i | bash -o pipefail":          "i run by bash",
		// run from a file
		"curl -o /tmp/i.sh https://e.com/i && sh /tmp/i.sh":             "i run",
		"curl -o i.sh https://e.com/i; sh ./i.sh":                       "i run",
		"curl https://e.com/i > i.sh; chmod +x i.sh; ./i.sh":            "i run",
		"cd /tmp && curl -O https://e.com/i && cd / && sh /tmp/i":       "i run",
		"(cd /tmp && curl -O https://e.com/i); sh /i":                   "i kept",
		"curl -o i https://e.com/i && sh < i":                           "i run",
		"curl -o i https://e.com/i && cat i | sh":                       "i run",
		"curl -o i https://e.com/i && sh -c \"$(cat i)\"":               "i run",
		"curl -o i https://e.com/i && eval \"$(cat i)\"":                "i run",
		"curl -o i https://e.com/i && . ./i":                            "i run",
		"curl -o i https://e.com/i && mv i j && sh j":                   "i run",
		"curl -o i https://e.com/i && cp i /opt/ && /opt/i":             "i run",
		"curl -o i https://e.com/i && ln -s i k && ./k":                 "i run",
		"curl -o i https://e.com/i && cat i > j && sh j":                "i run",
		"curl https://e.com/i | sed s/a/b/ > j && sh j":                 "i run",
		"curl -o /usr/local/bin/t https://e.com/t && t --version":       "t run",
		"curl -o t https://e.com/t && install -m 755 t /usr/bin/t && t": "t run",
		"curl -o t https://e.com/t && install t /usr/bin/t":             "t made executable",
		"curl -o t https://e.com/t && install -m 644 t /etc/t":          "t kept",
		"curl -o t.jar https://e.com/t.jar && java -jar t.jar":          "t.jar run",
		"curl -O https://e.com/t.py && python3 t.py":                    "t.py run",
		"curl -o $D/i https://e.com/i && sh ${D}/i":                     "i run",
		"curl https://e.com/a.tgz | tar xz && ./a/install.sh":           "a.tgz run",
		"curl https://e.com/a.tgz | tar xzC /opt && /opt/a/bin/a":       "a.tgz run",
		"curl https://e.com/a.tgz | tar xz -C / && /usr/bin/env":        "a.tgz unpacked",
		"curl https://e.com/a.tgz | tar xz -C /opt && /opt/a/bin/a":     "a.tgz run",
		"timeout 10 curl -o i https://e.com/i && timeout 10 sh i":       "i run",
		// other uses
		"curl -O https://e.com/t && chmod +x t":                          "t made executable",
		"curl -O https://e.com/t && chmod 0755 t":                        "t made executable",
		"curl -O https://e.com/t && chmod 644 t":                         "t kept",
		"wget https://e.com/t -P /opt && chmod +x /opt/*":                "t made executable",
		"curl --output-dir /opt -O https://e.com/t && chmod a+x /opt/t":  "t made executable",
		"curl https://e.com/a.tgz | tar -xz":                             "a.tgz unpacked",
		"curl -O https://e.com/a.zip && unzip a.zip -d /opt && rm a.zip": "a.zip unpacked",
		"curl -O https://e.com/a.gz && gunzip a.gz && chmod +x a":        "a.gz made executable",
		"curl -O https://e.com/a.deb && dpkg -i a.deb && rm a.deb":       "a.deb installed",
		"curl -O https://e.com/a.deb && apt-get install -y ./a.deb":      "a.deb installed",
		"dnf install -y https://e.com/a.rpm":                             "a.rpm installed",
		"rpm -Uvh https://e.com/a.rpm":                                   "a.rpm installed",
		"wget https://e.com/a https://e.com/b":                           "a kept, b kept",
		"curl https://e.com/a | tee b":                                   "a kept",
		"curl https://e.com/a | dd of=b":                                 "a kept",
		// nothing of note
		"curl https://e.com/v | jq .":                                      "v read",
		"V=$(curl https://e.com/v) && echo $V":                             "v read",
		"V=$(curl https://e.com/v) && sh -c \"build --version $V\"":        "v read",
		"V=$(curl https://e.com/v) && bash install.sh $V":                  "v read",
		"curl https://e.com/v | jq -r .tag > version":                      "v read",
		"curl -o /dev/null https://e.com/v":                                "v read",
		"curl -O https://e.com/v && rm v":                                  "v read",
		"curl -o /tmp/v https://e.com/v && grep x /tmp/v && rm -rf /tmp/*": "v read",
		"curl -X POST -o out https://e.com/v":                              "v read",
		"curl https://e.com/v | python3 -c 'import json'":                  "v read",
		"curl https://e.com/v | bash run.sh":                               "v read",
		"echo curl https://e.com/v | sh":                                   "",
	} {
		assert.Equal(t, want, becomes(t, asRun(script)), script)
	}
}

func TestChecks(t *testing.T) {
	const get = "curl -fsSLO https://e.com/f.tgz && "
	for script, want := range map[string]string{
		// checksums
		get + `echo "abc  f.tgz" | sha256sum -c - && tar xf f.tgz && ./f/run`:                                  "f.tgz read",
		get + `echo "abc *f.tgz" | shasum -a 256 -c && tar xf f.tgz`:                                           "f.tgz read",
		get + `echo "abc f.tgz" | sha512sum --check --status && tar xf f.tgz`:                                  "f.tgz read",
		get + `echo "abc f.tgz" | b2sum -c && tar xf f.tgz`:                                                    "f.tgz read",
		get + `printf '%s  %s\n' "$SHA" f.tgz | sha256sum -c && tar xf f.tgz`:                                  "f.tgz read",
		get + `echo "${SHA} ./f.tgz" | sha256sum -c && tar xf f.tgz`:                                           "f.tgz read",
		get + `sha256sum -c <<< "abc f.tgz" && tar xf f.tgz`:                                                   "f.tgz read",
		get + "sha256sum -c <<X && tar xf f.tgz\nabc  f.tgz\nX":                                                "f.tgz read",
		get + `sha256sum -c <(echo "abc f.tgz") && tar xf f.tgz`:                                               "f.tgz read",
		get + `echo "abc f.tgz" > sums && sha256sum -c sums && tar xf f.tgz`:                                   "f.tgz read",
		get + `echo "abc f.tgz" > sums && sha256sum -c < sums && tar xf f.tgz`:                                 "f.tgz read",
		get + `sha256sum -c /src/SHA256SUMS && tar xf f.tgz`:                                                   "f.tgz read",
		get + `sha256sum -c f.tgz.sha256 && tar xf f.tgz`:                                                      "f.tgz read",
		get + `grep f.tgz /src/SUMS | sha256sum -c && tar xf f.tgz`:                                            "f.tgz read",
		get + `grep ' f\.tgz$' /src/SUMS | sha256sum -c && tar xf f.tgz`:                                       "f.tgz read",
		get + `awk '/f/' /src/SUMS | sha256sum -c && tar xf f.tgz`:                                             "f.tgz read",
		get + `sha256sum f.tgz | grep -q abc && tar xf f.tgz`:                                                  "f.tgz read",
		get + `test "$(sha256sum f.tgz | cut -c-64)" = abc && tar xf f.tgz`:                                    "f.tgz read",
		get + `[ "$(sha256sum f.tgz)" = "abc  f.tgz" ] || exit 1; tar xf f.tgz`:                                "f.tgz read",
		get + `[[ $(sha256sum f.tgz | cut -d' ' -f1) == abc ]] && tar xf f.tgz`:                                "f.tgz read",
		get + `S=$(sha256sum f.tgz | awk '{print $1}') && if [ "$S" != abc ]; then exit 1; fi && tar xf f.tgz`: "f.tgz read",
		get + `if ! echo "abc f.tgz" | sha256sum -c; then exit 1; fi; tar xf f.tgz`:                            "f.tgz read",
		get + `sha256sum f.tgz > got && echo "abc  f.tgz" > want && cmp got want && tar xf f.tgz`:              "f.tgz read",
		get + `diff <(sha256sum f.tgz) /src/sum && tar xf f.tgz`:                                               "f.tgz read",
		get + `openssl dgst -sha256 f.tgz | grep abc && tar xf f.tgz`:                                          "f.tgz read",
		"set -e; curl -o f https://e.com/f; echo \"abc f\" | sha256sum -c; sh f":                               "f read",
		"aria2c --checksum=sha-256=abc https://e.com/f && sh f":                                                "f read",
		"curl -o $F https://e.com/f && echo \"$SHA ${F}\" | sha256sum -c && sh $F":                             "f read",
		"curl -o f-$V.tgz https://e.com/f && echo \"$SHA f-${V}.tgz\" | sha256sum -c && tar xf f-$V.tgz":       "f read",
		"cd /tmp && curl -O https://e.com/f && echo \"abc /tmp/f\" | sha256sum -c && sh f":                     "f read",
		"curl -O https://e.com/f && mv f g && echo \"abc g\" | sha256sum -c && sh g":                           "f read",
		"curl -O https://e.com/f && echo \"abc f\" | sha256sum -c && mv f g && sh g":                           "f read",
		"curl https://e.com/f | tee g > /dev/null && echo \"abc g\" | sha256sum -c && sh g":                    "f read",
		"curl https://e.com/f | tar xz f && echo \"abc f\" | sha256sum -c && ./f":                              "f read",
		// not of this file, not in time, not in force
		get + `echo "abc  g.tgz" | sha256sum -c - && tar xf f.tgz`:   "f.tgz unpacked",
		get + `sha256sum f.tgz && tar xf f.tgz`:                      "f.tgz unpacked",
		get + `md5sum -c f.md5 && tar xf f.tgz`:                      "f.tgz unpacked",
		get + `sh f.tgz && echo "abc f.tgz" | sha256sum -c`:          "f.tgz run",
		get + `tar xf f.tgz && echo "abc f.tgz" | sha256sum -c`:      "f.tgz read",
		get + `dpkg -i f.tgz && echo "abc f.tgz" | sha256sum -c`:     "f.tgz installed",
		get + `echo "abc f.tgz" | sha256sum -c || true; sh f.tgz`:    "f.tgz run ignored",
		get + `echo "abc f.tgz" | sha256sum -c; sh f.tgz`:            "f.tgz run ignored",
		get + `sha256sum -c f.sums | tee log; sh f.tgz`:              "f.tgz run ignored",
		get + `(sha256sum -c f.sums || echo bad) && sh f.tgz`:        "f.tgz run ignored",
		get + `sha256sum -c f.sums && sh f.tgz; ls`:                  "f.tgz kept",
		get + `sha256sum -c f.sums && sh f.tgz; rm f.tgz`:            "f.tgz read",
		get + `sha256sum -c f.sums && ls; sh f.tgz`:                  "f.tgz run",
		"curl -O https://e.com/f; test -n \"$(cat f)\" && sh f":      "f run",
		"curl https://e.com/f | sh && echo \"abc f\" | sha256sum -c": "f run by sh",
		// lists from the network
		get + "curl -O https://e.com/SUMS && sha256sum -c SUMS && tar xf f.tgz":                                                         "f.tgz read weak, SUMS kept",
		get + "curl -O https://e.com/SUMS && grep f.tgz SUMS | sha256sum -c && tar xf f.tgz":                                            "f.tgz read weak, SUMS kept",
		get + "curl https://e.com/f.sha256 | sha256sum -c && tar xf f.tgz":                                                              "f.tgz read weak, f.sha256 read",
		get + `echo "$(curl https://e.com/f.sha256) f.tgz" | sha256sum -c && tar xf f.tgz`:                                              "f.tgz read weak, f.sha256 read",
		get + `S=$(curl https://e.com/f.sha256) && echo "$S f.tgz" | sha256sum -c && tar xf f.tgz`:                                      "f.tgz read weak, f.sha256 read",
		get + `[ "$(sha256sum f.tgz)" = "$(curl https://e.com/f.sha256)" ] && tar xf f.tgz`:                                             "f.tgz read weak, f.sha256 read",
		get + "curl -O https://other.org/SUMS && sha256sum -c SUMS && tar xf f.tgz":                                                     "f.tgz read, SUMS kept",
		get + "curl -O https://e.com/SUMS -O https://e.com/SUMS.asc && gpg --verify SUMS.asc SUMS && sha256sum -c SUMS && tar xf f.tgz": "f.tgz read, SUMS read, SUMS.asc read",
		get + "curl -O https://e.com/SUMS.asc && gpg --decrypt -o SUMS SUMS.asc && grep f.tgz SUMS | sha256sum -c && tar xf f.tgz":      "f.tgz read, SUMS.asc read",
		// signatures
		get + "gpg --batch --verify /src/f.tgz.asc f.tgz && tar xf f.tgz":                 "f.tgz read",
		get + "curl -O https://e.com/f.tgz.asc && gpg --verify f.tgz.asc && tar xf f.tgz": "f.tgz read, f.tgz.asc read",
		get + "gpgv --keyring k f.sig f.tgz && tar xf f.tgz":                              "f.tgz read",
		get + "cosign verify-blob --key k --signature s f.tgz && tar xf f.tgz":            "f.tgz read",
		get + "minisign -Vm f.tgz -P key && tar xf f.tgz":                                 "f.tgz read",
		get + "signify -V -p k -x f.sig -m f.tgz && tar xf f.tgz":                         "f.tgz read",
		get + "openssl dgst -sha256 -verify k -signature s f.tgz && tar xf f.tgz":         "f.tgz read",
		get + "slsa-verifier verify-artifact f.tgz --provenance-path p && tar xf f.tgz":   "f.tgz read",
		get + "gh attestation verify f.tgz -o acme && tar xf f.tgz":                       "f.tgz read",
		get + "ssh-keygen -Y verify -f a -I b -n file -s s < f.tgz && tar xf f.tgz":       "f.tgz read",
		get + "gpg --verify g.asc g && tar xf f.tgz":                                      "f.tgz unpacked",
		get + "gpg --dearmor < f.tgz > k && tar xf f.tgz":                                 "f.tgz unpacked",
		get + "cosign sign-blob f.tgz && tar xf f.tgz":                                    "f.tgz unpacked",
		get + "gpg --verify f.tgz.asc f.tgz || true; tar xf f.tgz":                        "f.tgz unpacked ignored",
	} {
		assert.Equal(t, want, becomes(t, asRun(script)), script)
	}
}

func TestAcrossInstructions(t *testing.T) {
	for text, want := range map[string]string{
		"FROM a:1\nRUN curl -O https://e.com/f\nRUN sh f\n":                                                                   "f run",
		"FROM a:1\nRUN curl -O https://e.com/f\nRUN echo 'abc f' | sha256sum -c\nRUN sh f\n":                                  "f read",
		"FROM a:1\nRUN curl -O https://e.com/f\nRUN sh f\nRUN echo 'abc f' | sha256sum -c\n":                                  "f run",
		"FROM a:1\nRUN curl -O https://e.com/f\nRUN echo 'abc f' | sha256sum -c && true; ls\nRUN sh f\n":                      "f run",
		"FROM a:1\nWORKDIR /w\nRUN curl -O https://e.com/f\nWORKDIR /\nRUN sh /w/f\n":                                         "f run",
		"FROM a:1\nRUN curl -O https://e.com/f\nRUN rm f\n":                                                                   "f read",
		"FROM a:1 AS b\nRUN curl -O https://e.com/f\nFROM b\nRUN sh f\n":                                                      "f run",
		"FROM a:1 AS b\nRUN curl -o /d/f https://e.com/f\nFROM c:1\nCOPY --from=b /d/f /e/\nRUN sh /e/f\n":                    "f run",
		"FROM a:1 AS b\nRUN curl -o /d/f https://e.com/f\nFROM c:1\nCOPY --from=b /d /e\nRUN sh /e/f\n":                       "f run",
		"FROM a:1 AS b\nRUN curl -o /d/f https://e.com/f\nFROM c:1\nCOPY --from=b /d/f /g\nRUN echo 'abc g' | sha256sum -c\n": "f read",
		"FROM a:1 AS b\nRUN curl -o /d/f https://e.com/f\nFROM c:1\nRUN --mount=from=b,source=/d,target=/m sh /m/f\n":         "f run",
		"FROM a:1\nADD https://e.com/f /f\n":                                                                                  "f kept",
		"FROM a:1\nADD https://e.com/f /d/\nRUN sh /d/f\n":                                                                    "f run",
		"FROM a:1\nADD https://e.com/f https://e.com/f.asc /d/\nRUN gpg --verify /d/f.asc /d/f && sh /d/f\n":                  "f read, f.asc read",
		"FROM a:1\nARG V=1\nRUN curl -o f-$V https://e.com/f && sh f-1\n":                                                     "f run",
		"FROM a:1\nENV URL=https://e.com/f\nRUN curl -O $URL && sh f\n":                                                       "f run",
		"FROM a:1\nCOPY <<EOF /sums\nabc  /f\nEOF\nRUN curl -o /f https://e.com/f && sha256sum -c /sums && sh /f\n":           "f read",
		"FROM a:1\nCOPY <<EOF /sums\nabc  /g\nEOF\nRUN curl -o /f https://e.com/f && sha256sum -c /sums && sh /f\n":           "f run",
		"FROM a:1\nSHELL [\"/bin/bash\", \"-ec\"]\nRUN curl -o /f https://e.com/f; sha256sum -c /sums; sh /f\n":               "f read",
		"FROM a:1\nRUN [\"sh\", \"-c\", \"curl https://e.com/f | sh\"]\n":                                                     "f run by sh",
		"FROM a:1\nONBUILD RUN curl https://e.com/f | sh\n":                                                                   "",
	} {
		assert.Equal(t, want, becomes(t, text), text)
	}
}

func TestRequests(t *testing.T) {
	tests := []struct {
		run, output string
		urls        int
		fetches     bool
	}{
		{"curl -fsSL https://a/b", "", 1, true},
		{"curl -fsSLo /x/y https://a/b", "/x/y", 1, true},
		{"curl -O https://a/b.tgz?x=1", "b.tgz", 1, true},
		{"curl https://a/b > c", "c", 1, true},
		{"curl --url https://a/b -o -", "", 1, true},
		{"curl -X POST https://a/b -o c", "c", 1, false},
		{"curl -I https://a", "", 1, false},
		{"curl --output-dir d -O https://a/b", "d/b", 1, true},
		{"wget https://a/b", "b", 1, true},
		{"wget -qO- https://a/b", "", 1, true},
		{"wget -P /d https://a/b", "/d/b", 1, true},
		{"wget --spider https://a/b", "b", 1, false},
		{"aria2c -d /d -o c https://a/b", "/d/c", 1, true},
	}
	for _, tt := range tests {
		f, err := dockerfile.Parse(source.NewFile("Dockerfile", asRun(tt.run)))
		require.NoError(t, err)
		r, ok := flow.RequestOf(f.Stages[0].Instructions[0].Run.Commands[0])
		require.True(t, ok)
		require.Len(t, r.URLs, tt.urls, tt.run)
		require.Equal(t, tt.output, r.FileOf(r.URLs[0]), tt.run)
		require.Equal(t, tt.fetches, r.Fetches, tt.run)
	}
}
