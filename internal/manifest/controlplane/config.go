package controlplane

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// The programs of a cluster.
const (
	APIServer         = "kube-apiserver"
	ControllerManager = "kube-controller-manager"
	Scheduler         = "kube-scheduler"
	Etcd              = "etcd"
	Kubelet           = "kubelet"
	Proxy             = "kube-proxy"
)

// Carrier is what gives a program its settings. It decides what a setting that
// is not there means.
type Carrier int

// The carriers.
const (
	// CommandLine is a whole command line: what is missing has the program's default.
	CommandLine Carrier = iota
	// Kubeadm is a kubeadm configuration: kubeadm adds settings of its own.
	Kubeadm
	// File is the program's configuration file: what is missing has that file's default.
	File
	// Fragment is a part of something larger, such as a patch or a command line
	// beside a configuration file: what is missing may be elsewhere.
	Fragment
)

// Config is the configuration of the cluster that a render holds.
type Config struct {
	Components []*Component
	// Documents are the objects that are no objects of the cluster but read by one
	// of its programs: encryption and admission configurations, audit policies,
	// policies of the ABAC authorizer.
	Documents []*manifest.Object
}

// Component is one program with the settings of one carrier.
type Component struct {
	// Program is one of the programs.
	Program string
	Carrier Carrier
	// Container is the container that runs the program, nil where there is none.
	Container *manifest.Container

	// home is the field that a missing setting would be added to: a list of words,
	// a map or list of extra arguments, a configuration file's root.
	home     manifest.Field
	settings map[string]Setting
	// paths are the fields of a configuration file by the names of their flags.
	paths map[string]string
	last  Setting // of a command line, in the order of its words
}

// Setting is one setting of a component.
type Setting struct {
	// Name is the flag's, without dashes.
	Name string
	// Value is as the program reads it: "true" for a flag without one, items of a
	// list joined by commas.
	Value string
	// Set is false for a setting that the carrier does not name.
	Set bool
	// Field and At are what sets it; where nothing does, the parent that should
	// carry it.
	Field manifest.Field
	At    source.Span

	// value is the place of the value alone, without quotes; not valid where the
	// text differs from the value.
	value source.Span
	// text is true where a new value must be written as a string.
	text bool
}

// Has reports whether the value is a list separated by commas that holds a word.
func (s Setting) Has(word string) bool {
	for part := range strings.SplitSeq(s.Value, ",") {
		if strings.TrimSpace(part) == word {
			return true
		}
	}
	return false
}

// Without returns the value, a list separated by commas, without a word.
func (s Setting) Without(word string) string {
	var kept []string
	for part := range strings.SplitSeq(s.Value, ",") {
		if part = strings.TrimSpace(part); part != word && part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ",")
}

// Get returns a setting by the name of its flag.
func (c *Component) Get(name string) Setting {
	if s, ok := c.settings[name]; ok {
		return s
	}
	field := c.home
	switch {
	case c.paths != nil && c.paths[name] != "":
		field = c.home.Get(strings.Split(c.paths[name], ".")...)
	case c.Carrier == Kubeadm:
		field = c.home.Get(name)
	}
	return Setting{Name: name, Field: field, At: field.Span()}
}

// Gate returns the setting of a feature gate.
func (c *Component) Gate(name string) Setting {
	all := c.Get("feature-gates")
	if !all.Set {
		return all
	}
	if f := all.Field.Get(name); f.Exists() {
		return plain("feature-gates", f)
	}
	for part := range strings.SplitSeq(all.Value, ",") {
		if key, value, _ := strings.Cut(strings.TrimSpace(part), "="); key == name {
			all.Value = value
			at := manifest.Narrow(all.At, key+"="+value)
			all.value = source.Span{}
			if at.Text() == key+"="+value {
				all.At, all.value = at, at.File.Span(at.Start.Offset+len(key)+1, at.End.Offset)
			}
			return all
		}
	}
	return Setting{Name: all.Name, Field: all.Field, At: all.At}
}

// Spell returns how the carrier writes the name of a setting.
func (c *Component) Spell(name string) string {
	if path := c.paths[name]; path != "" {
		return path
	}
	if c.Container != nil {
		return "--" + name
	}
	return name
}

// Knows reports whether the carrier can hold the setting at all: a configuration
// file has no field for each flag.
func (c *Component) Knows(name string) bool { return c.paths == nil || c.paths[name] != "" }

// Object returns the object that holds the settings.
func (c *Component) Object() *manifest.Object { return c.home.Object() }

// Of finds the configuration of the cluster in a render.
func Of(r *manifest.Render) *Config {
	out := &Config{}
	for _, w := range r.Workloads() {
		for _, c := range w.Containers {
			out.add(fromContainer(c))
		}
	}
	for _, o := range r.Objects {
		out.read(o, whole, 0)
	}
	out.underKubeadm()
	return out
}

// underKubeadm marks the kubelets' files that stand beside a configuration of
// kubeadm: it fills in what they leave out.
func (c *Config) underKubeadm() {
	if !slices.ContainsFunc(c.Components, func(k *Component) bool { return k.Carrier == Kubeadm }) {
		return
	}
	for _, k := range c.Components {
		if k.Program == Kubelet && k.Carrier == File {
			k.Carrier = Kubeadm
		}
	}
}

func (c *Config) add(found *Component) {
	if found != nil {
		c.Components = append(c.Components, found)
	}
}
