package controlplane

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// extent says how much of a configuration an object is.
type extent int

const (
	whole extent = iota
	patch        // what is missing is elsewhere
)

// read takes what an object says of the cluster's programs; depth is how many
// texts of other objects it stands in.
func (c *Config) read(o *manifest.Object, part extent, depth int) {
	group, inside := o.Group(), depth > 0 && o.APIVersion == ""
	switch {
	case group == "kubeadm.k8s.io" || inside && strings.HasSuffix(o.Kind, "Configuration"):
		c.kubeadm(o, part)
	case o.Kind == "Cluster" && group == "kind.x-k8s.io":
		c.kind(o, depth)
	case strings.HasSuffix(group, ".cluster.x-k8s.io"):
		c.clusterAPI(o, depth)
	case o.Kind == "ConfigMap" && o.APIVersion == "v1":
		c.texts(o.Field("data"), whole, depth)
	case o.Kind == "Secret" && o.APIVersion == "v1":
		c.texts(o.Field("stringData"), whole, depth)
	case group == "abac.authorization.kubernetes.io" || group == "audit.k8s.io", group == "apiserver.config.k8s.io",
		o.Kind == "EncryptionConfig" && o.APIVersion == "v1":
		c.Documents = append(c.Documents, o)
	}
	c.file(o, part)
}

// kubeadm reads the extra arguments of a kubeadm configuration.
// https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
func (c *Config) kubeadm(o *manifest.Object, part extent) {
	switch o.Kind {
	case "ClusterConfiguration":
		c.cluster(o.Root(), part)
	case "InitConfiguration", "JoinConfiguration":
		c.node(o.Root())
	}
}

// cluster reads a ClusterConfiguration.
func (c *Config) cluster(root manifest.Field, part extent) {
	carrier := Kubeadm
	if part == patch {
		carrier = Fragment
	}
	for _, s := range [...]struct{ program, section string }{
		{APIServer, "apiServer"}, {ControllerManager, "controllerManager"}, {Scheduler, "scheduler"},
	} {
		c.add(extraArgs(s.program, carrier, root.Get(s.section, "extraArgs")))
	}
	if !root.Get("etcd", "external").Exists() {
		c.add(extraArgs(Etcd, carrier, root.Get("etcd", "local", "extraArgs")))
	}
}

// node reads what kubeadm gives the kubelet of one node, beside its file.
func (c *Config) node(root manifest.Field) {
	if f := root.Get("nodeRegistration", "kubeletExtraArgs"); f.Exists() {
		c.add(extraArgs(Kubelet, Fragment, f))
	}
}

// extraArgs reads a map of arguments (kubeadm v1beta3) or a list of them
// (v1beta4); names have no dashes.
func extraArgs(program string, carrier Carrier, f manifest.Field) *Component {
	c := &Component{Program: program, Carrier: carrier, home: f, settings: map[string]Setting{}}
	set := func(name string, value manifest.Field) {
		name = strings.ReplaceAll(strings.TrimLeft(name, "-"), "_", "-")
		s := plain(name, value)
		s.text = true
		c.settings[name] = s
		c.last = s
	}
	for name, value := range f.Entries() {
		set(name, value)
	}
	for _, item := range f.Items() {
		set(item.Get("name").String(), item.Get("value"))
	}
	return c
}

// kind reads a cluster of the tool kind, whose patches change the kubeadm
// configuration that it makes. https://kind.sigs.k8s.io/docs/user/configuration/
func (c *Config) kind(o *manifest.Object, depth int) {
	lists := []manifest.Field{o.Field("kubeadmConfigPatches")}
	for _, node := range o.Field("nodes").Items() {
		lists = append(lists, node.Get("kubeadmConfigPatches"))
	}
	for _, list := range lists {
		for _, text := range list.Items() {
			c.embedded(text, patch, depth)
		}
	}
}

// clusterAPI reads the kubeadm configurations of Cluster API, and the files that
// they write. https://cluster-api.sigs.k8s.io/tasks/bootstrap/kubeadm-bootstrap/
func (c *Config) clusterAPI(o *manifest.Object, depth int) {
	root, part := o.Field("spec"), whole
	if strings.HasSuffix(o.Kind, "Template") {
		root, part = o.Field("spec", "template", "spec"), patch // a class patches them
	}
	if strings.HasPrefix(o.Kind, "KubeadmControlPlane") {
		root = root.Get("kubeadmConfigSpec")
	} else if !strings.HasPrefix(o.Kind, "KubeadmConfig") {
		return
	}
	if f := root.Get("clusterConfiguration"); f.Exists() {
		c.cluster(f, part)
	}
	c.node(root.Get("initConfiguration"))
	c.node(root.Get("joinConfiguration"))
	for _, file := range root.Get("files").Items() {
		if file.Get("encoding").String() == "" {
			c.embedded(file.Get("content"), whole, depth)
		}
	}
}

// texts reads the configurations among the values of a map.
func (c *Config) texts(values manifest.Field, part extent, depth int) {
	n := 0
	for _, text := range values.Entries() {
		if n++; n > maxEmbedded {
			return
		}
		c.embedded(text, part, depth)
	}
}

// embedded reads the configurations in a text, no deeper than texts in a text.
func (c *Config) embedded(text manifest.Field, part extent, depth int) {
	if depth > 1 || !mayConfigure(text.String(), part) {
		return
	}
	objects, _ := text.Embedded() // the text of a ConfigMap need be no YAML
	for _, o := range objects {
		c.read(o, part, depth+1)
	}
}

// mayConfigure spares parsing the many other texts.
func mayConfigure(text string, part extent) bool {
	if !strings.Contains(text, "kind") {
		return false
	}
	return part == patch || strings.Contains(text, ".k8s.io/") || strings.Contains(text, "EncryptionConfig")
}
