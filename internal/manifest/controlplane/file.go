package controlplane

import "github.com/tidewaiter/tidewaiter/internal/manifest"

// file reads a configuration file of one program, whose fields go by the names
// of the flags that they replace.
func (c *Config) file(o *manifest.Object, part extent) {
	var out *Component
	switch {
	case o.Kind == "KubeletConfiguration" && isOf(o, "kubelet.config.k8s.io"):
		out = fromFile(Kubelet, o, kubeletPaths())
	case o.Kind == "KubeProxyConfiguration" && isOf(o, "kubeproxy.config.k8s.io"):
		out = fromFile(Proxy, o, map[string]string{"metrics-bind-address": "metricsBindAddress", "feature-gates": "featureGates"})
	case o.Kind == "KubeSchedulerConfiguration" && isOf(o, "kubescheduler.config.k8s.io"):
		out = fromFile(Scheduler, o, map[string]string{"profiling": "enableProfiling"})
	default:
		return
	}
	if part == patch {
		out.Carrier = Fragment
	}
	c.add(out)
}

// isOf reports whether an object is of a group; a patch may name none.
func isOf(o *manifest.Object, group string) bool { return o.APIVersion == "" || o.Group() == group }

// kubeletPaths are the fields of a KubeletConfiguration by their flags.
// https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
func kubeletPaths() map[string]string {
	return map[string]string{
		"anonymous-auth":                    "authentication.anonymous.enabled",
		"authorization-mode":                "authorization.mode",
		"client-ca-file":                    "authentication.x509.clientCAFile",
		"read-only-port":                    "readOnlyPort",
		"streaming-connection-idle-timeout": "streamingConnectionIdleTimeout",
		"make-iptables-util-chains":         "makeIPTablesUtilChains",
		"event-qps":                         "eventRecordQPS",
		"tls-cert-file":                     "tlsCertFile",
		"tls-private-key-file":              "tlsPrivateKeyFile",
		"tls-cipher-suites":                 "tlsCipherSuites",
		"rotate-certificates":               "rotateCertificates",
		"rotate-server-certificates":        "serverTLSBootstrap",
		"pod-max-pids":                      "podPidsLimit",
		"seccomp-default":                   "seccompDefault",
		"protect-kernel-defaults":           "protectKernelDefaults",
		"feature-gates":                     "featureGates",
	}
}

func fromFile(program string, o *manifest.Object, paths map[string]string) *Component {
	c := &Component{Program: program, Carrier: File, home: o.Root(), paths: paths, settings: map[string]Setting{}}
	for name := range paths {
		absent := c.Get(name)
		if absent.Field.Exists() {
			c.settings[name] = plain(name, absent.Field)
		}
	}
	return c
}
