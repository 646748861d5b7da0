# Tcl's sockets over loopback, as server and as client, and the packages of its library.
set done 0
proc serve {channel host port} { fconfigure $channel -buffering line; fileevent $channel readable [list answer $channel] }
proc answer {channel} { if {[gets $channel line] < 0} { close $channel } else { puts $channel [string toupper $line] } }
set server [socket -server serve -myaddr 127.0.0.1 0]
set port [lindex [fconfigure $server -sockname] 2]
for {set i 0} {$i < 5} {incr i} {
    set client [socket 127.0.0.1 $port]
    fconfigure $client -buffering line
    puts $client "question $i"
    fileevent $client readable [list apply {{client} { global done; puts [gets $client]; close $client; incr done }} $client]
    vwait done
}
close $server
puts [catch {socket 127.0.0.1 $port} message]
puts [regsub {\d+$} $message {}]
foreach name {Tcl TclOO http tcltest msgcat platform platform::shell opt cookiejar tcl::idna zlib Itcl itcl sqlite3 Thread tdbc tdbc::sqlite3 tdbc::postgres tdbc::mysql tdbc::odbc} {
    puts "$name [catch {package require $name} version] $version"
}
puts [list [clock format 0 -timezone :Europe/Berlin] [encoding convertfrom iso8859-15 \xa4] [llength [encoding names]] [msgcat::mclocale]]
