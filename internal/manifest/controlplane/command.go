package controlplane

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// fromContainer returns the program of the cluster that a container's command and
// args run, nil where they run none.
func fromContainer(c *manifest.Container) *Component {
	command, args := c.Field.Get("command").Items(), c.Field.Get("args").Items()
	if !mentions(command) && !mentions(args) {
		return nil
	}
	words := wordsOf(slices.Concat(command, args))
	at := programAt(words, len(command))
	if at < 0 {
		return nil
	}
	out := &Component{Program: path.Base(words[at].text), Container: c, settings: map[string]Setting{}}
	out.home = c.Field.Get("command")
	if words[at].item >= len(command) {
		out.home = c.Field.Get("args")
	}
	if out.Program == Etcd {
		out.environment(c)
	}
	out.flags(words[at+1:], len(command))
	if out.Get("config").Set && slices.Contains(configurable, out.Program) {
		out.Carrier = Fragment
	}
	return out
}

// configurable are the programs whose --config names a file with the settings
// that their command line leaves out.
var configurable = []string{Kubelet, Proxy, Scheduler}

func mentions(items []manifest.Field) bool {
	return slices.ContainsFunc(items, func(f manifest.Field) bool {
		text := f.String()
		return strings.Contains(text, "kube") || strings.Contains(text, Etcd)
	})
}

func isProgram(word string) bool {
	switch path.Base(word) {
	case APIServer, ControllerManager, Scheduler, Etcd, Kubelet, Proxy:
		return !strings.HasPrefix(word, "-")
	}
	return false
}

// programAt returns the index of the word that is the program, -1 for none: the
// first word, one that starts a command of a script or follows a wrapper, and for
// the names that mean nothing else any word of the command.
func programAt(words []word, command int) int {
	for i, w := range words {
		if w.end || !isProgram(w.text) {
			continue
		}
		name := path.Base(w.text)
		distinct := name != Etcd && name != Kubelet && name != Proxy
		if i == 0 || starts(words[i-1], words[0]) || distinct && w.item < command {
			return i
		}
	}
	return -1
}

// starts reports whether the word after before is the name of a program; first
// is the command line's first word.
func starts(before, first word) bool {
	if before.end {
		return true
	}
	switch path.Base(before.text) {
	case "exec", "env", "nohup", "nice", "sudo", "then", "do", "--", "tini", "dumb-init", "catatonit":
		return true
	}
	switch path.Base(first.text) {
	case "go-runner", "kube-log-runner", "hyperkube":
		return strings.HasPrefix(before.text, "-") || before.item == 0
	}
	// A variable before a command: "GOGC=50 etcd".
	name, _, assigned := strings.Cut(before.text, "=")
	return assigned && name != "" && !strings.HasPrefix(name, "-")
}

// flags reads the words behind the program up to the end of its command. Later
// ones win, as with the programs themselves.
func (c *Component) flags(words []word, command int) {
	for i := 0; i < len(words) && !words[i].end; i++ {
		w := words[i]
		name, value, joined := cutFlag(w.text)
		if name == "" {
			continue
		}
		s := Setting{Name: name, Value: value, Set: true, Field: w.field, At: w.span()}
		switch {
		case joined:
			s.value = tail(s.At, value)
		case !isSwitch(name) && i+1 < len(words) && !words[i+1].end && !strings.HasPrefix(words[i+1].text, "-"):
			i++
			s.Value, s.value = words[i].text, tail(words[i].span(), words[i].text)
		default:
			s.Value = "true"
		}
		c.settings[name] = s
		c.last = s
		if w.item >= command {
			c.home = c.Container.Field.Get("args")
		}
	}
}

// cutFlag splits "--name=value"; the name is empty for a word that is no flag.
// The programs of Kubernetes read an underscore as a dash.
func cutFlag(word string) (name, value string, joined bool) {
	name = strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-")
	if name == word || name == "" {
		return "", "", false
	}
	name, value, joined = strings.Cut(name, "=")
	return strings.ReplaceAll(name, "_", "-"), value, joined
}

// isSwitch reports whether a flag takes its value only by "=".
func isSwitch(name string) bool {
	switch name {
	case "anonymous-auth", "profiling", "service-account-lookup", "service-account-extend-token-expiration", "allow-privileged",
		"kubelet-https", "use-service-account-credentials", "leader-elect", "client-cert-auth", "peer-client-cert-auth", "auto-tls",
		"peer-auto-tls", "make-iptables-util-chains", "rotate-certificates", "rotate-server-certificates", "seccomp-default",
		"protect-kernel-defaults", "enable-bootstrap-token-auth", "enable-aggregator-routing", "allocate-node-cidrs":
		return true
	}
	return false
}

// environment reads the variables by which etcd takes flags; a flag wins over its
// variable. https://etcd.io/docs/latest/op-guide/configuration/
func (c *Component) environment(of *manifest.Container) {
	for _, e := range of.Field.Get("env").Items() {
		name, ok := strings.CutPrefix(e.Get("name").String(), "ETCD_")
		if value := e.Get("value"); ok && value.Exists() {
			flag := strings.ReplaceAll(strings.ToLower(name), "_", "-")
			s := plain(flag, value)
			s.text = true
			c.settings[flag] = s
		}
	}
}

// plain is the setting that a scalar, list or map sets.
func plain(name string, f manifest.Field) Setting {
	s := Setting{Name: name, Value: f.String(), Set: true, Field: f, At: f.Span()}
	switch {
	case f.IsList():
		s.Value = strings.Join(f.Strings(), ",")
	case f.IsMap():
		var parts []string
		for k, v := range f.Entries() {
			parts = append(parts, k+"="+v.String())
		}
		s.Value = strings.Join(parts, ",")
	default:
		s.value = tail(s.At, s.Value)
	}
	return s
}

// tail returns the part at the end of a scalar's span that is text, its closing
// quote left out; the zero Span where the span does not end so.
func tail(at source.Span, text string) source.Span {
	if !at.Valid() {
		return source.Span{}
	}
	written := at.Text()
	end := len(written) - len(strings.TrimRight(written, `"'`))
	if end > 1 || text == "" || !strings.HasSuffix(written[:len(written)-end], text) {
		return source.Span{}
	}
	return at.File.Span(at.End.Offset-end-len(text), at.End.Offset-end)
}
