// Waits to be asked to end, in the way that the argument says: "default" takes each signal's default action, "handle" notes what came and
// ends with 3, "ignore" ignores everything that can be ignored, "block" waits
// with every signal blocked and takes them by sigwaitinfo(2).
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void note(int signal, siginfo_t *info, void *context) {
    (void)context;
    dprintf(1, "signal %d, code %d\n", signal, info->si_code);
    if (signal != SIGHUP) {
        _exit(3);
    }
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "default";
    sigset_t all;
    sigfillset(&all);
    for (int signal = 1; signal < 32; signal++) {
        struct sigaction action = { .sa_sigaction = note, .sa_flags = SA_SIGINFO };
        if (strcmp(how, "handle") == 0) {
            action.sa_mask = all;
            sigaction(signal, &action, NULL);
        } else if (strcmp(how, "ignore") == 0) {
            action.sa_handler = SIG_IGN;
            action.sa_flags = 0;
            sigaction(signal, &action, NULL);
        } else if (strcmp(how, "default") == 0) {
            // Whoever started it may have had some ignored.
            action.sa_handler = SIG_DFL;
            action.sa_flags = 0;
            sigaction(signal, &action, NULL);
        }
    }

    if (strcmp(how, "block") == 0) {
        sigprocmask(SIG_SETMASK, &all, NULL);
    }

    dprintf(1, "ready\n");
    while (1) {
        if (strcmp(how, "block") == 0) {
            siginfo_t info;
            int signal = sigwaitinfo(&all, &info);
            dprintf(1, "took %d, code %d\n", signal, info.si_code);
            if (signal != SIGHUP) {
                exit(4);
            }
        } else {
            pause();
        }
    }
}
