# Sockets of R's base package, as server and as client in one process; and its packages. Those that start a program while they are loaded (utils, and what needs it) are left out.
cat("arguments", commandArgs(TRUE), "\n")
listener <- serverSocket(0L)
close(listener)
port <- 11000L
repeat {
  listener <- tryCatch(serverSocket(port), error = function(e) NULL, warning = function(w) NULL)
  if (!is.null(listener)) break
  port <- port + 1L
}
client <- socketConnection("localhost", port, open = "a+", blocking = TRUE, timeout = 20)
peer <- socketAccept(listener, open = "a+", blocking = TRUE, timeout = 20)
writeLines(c("one", "two"), client); flush(client)
print(readLines(peer, 2))
writeLines(strrep("x", 100000), peer); flush(peer)
print(nchar(readLines(client, 1)))
print(socketSelect(list(client, peer), FALSE, timeout = 0.05))
writeLines("ready", peer); flush(peer)
print(socketSelect(list(client, peer), FALSE, timeout = 5))
print(readLines(client, 1))
close(peer)
print(readLines(client))
close(client)

raw <- socketConnection("127.0.0.1", port, open = "a+b", blocking = TRUE, timeout = 20)
other <- socketAccept(listener, open = "a+b", blocking = TRUE, timeout = 20)
serialize(list(a = 1:10, b = "text", c = pi), raw, xdr = TRUE); flush(raw)
str <- unserialize(other)
print(str)
writeBin(as.raw(0:255), other); flush(other)
print(sum(as.integer(readBin(raw, "raw", 256))))
close(raw); close(other); close(listener)
print(tryCatch(socketConnection("127.0.0.1", port, timeout = 5), error = function(e) "refused", warning = function(w) "refused"))

for (name in c("compiler", "datasets", "graphics", "grDevices", "methods", "parallel", "tools")) {
  loaded <- suppressWarnings(require(name, character.only = TRUE, quietly = TRUE))
  cat(name, loaded, if (loaded) length(ls(paste0("package:", name))), "\n")
}
print(capabilities()[c("jpeg", "png", "http/ftp", "sockets", "libxml", "fifo", "iconv", "ICU", "long.double", "libcurl")])
print(format(as.POSIXct("2024-07-01 12:00", tz = "UTC"), tz = "Europe/Berlin", usetz = TRUE))
print(La_library() != ""); print(solve(matrix(c(2, 1, 1, 3), 2), c(1, 2))); print(sum(svd(matrix(1:4, 2))$d))
print(regmatches("key=value", regexpr("=.*", "key=value", perl = TRUE))); print(iconv("Grüße", "UTF-8", "latin1") != ""); print(toupper("grüße"))
setClass("P", representation(x = "numeric")); setGeneric("area", function(o) standardGeneric("area")); setMethod("area", "P", function(o) o@x^2); print(area(new("P", x = 3)))
print(nlevels(factor(c("a", "b", "a")))); print(dim(datasets::mtcars))
quit(status = 4)
