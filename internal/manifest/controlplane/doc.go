// Package controlplane finds the configuration of the cluster itself in a render:
// the programs of the control plane and the nodes with their settings, whatever
// carries them, and the documents that those programs read.
//
// A setting goes by the name of its command line flag, in a kubeadm configuration
// and in a program's own configuration file too. What a carrier leaves to its
// defaults is known by its Carrier. Nothing is judged here.
package controlplane
