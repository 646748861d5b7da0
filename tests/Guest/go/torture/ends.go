package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

// The ways in which a Go program ends other than well.
func end(how string) {
	switch how {
	case "panic":
		defer fmt.Println("deferred")
		panic(errors.New("the end"))
	case "goroutine":
		go func() { panic("elsewhere") }()
		time.Sleep(time.Hour)
	case "nil":
		var p *node
		fmt.Println(p.value)
	case "overflow":
		debug.SetMaxStack(32 << 20)
		fmt.Println(endless(1))
	case "deadlock":
		<-make(chan int)
	case "race":
		var mutex sync.Mutex
		mutex.Unlock()
	case "exit":
		defer fmt.Println("not printed")
		os.Exit(7)
	case "quit":
		syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		time.Sleep(time.Hour)
	case "term":
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(time.Hour)
	}
}

func endless(n int) int {
	var pad [1000]int
	pad[n%1000] = n
	return endless(n+1) + pad[(n*7)%1000]
}
