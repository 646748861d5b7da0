// A tour of Go's runtime and library that gives the same output on every machine: the scheduler with many goroutines, channels, timers, the collector,
// signals, recovered faults, the CPU profiler, files, time zones and the library on top.
//
// An argument names one part to run; "panic", "fatal" and "exit" end the program as such a program ends.
package main

import (
	"fmt"
	"os"
)

type part struct {
	name string
	run  func()
}

var parts = []part{
	{"goroutines", goroutines},
	{"channels", channels},
	{"locks", locks},
	{"timers", timers},
	{"contexts", contexts},
	{"collector", collector},
	{"faults", faults},
	{"signals", signals},
	{"profile", profile},
	{"machine", machine},
	{"files", files},
	{"pipes", pipes},
	{"zones", zones},
	{"library", library},
	{"numbers", numbers},
}

func main() {
	if len(os.Args) > 1 {
		end(os.Args[1])
	}

	for _, p := range parts {
		if len(os.Args) < 2 || os.Args[1] == p.name {
			fmt.Println("--", p.name)
			p.run()
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}
