// Command bench measures the figures that the project promises, on the machine
// it runs on: see README.md beside it.
package main
