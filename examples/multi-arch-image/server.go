// A web server that says on which architecture it runs.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"runtime"
)

func main() {
	address := os.Getenv("ADDRESS")
	if address == "" {
		address = ":8080"
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "hello from %s\n", runtime.GOARCH)
	})
	log.Printf("listening on %s, %s", address, runtime.GOARCH)
	log.Fatal(http.ListenAndServe(address, nil))
}
