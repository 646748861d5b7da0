// Who gets what others wait for: a semaphore that grows and a message that is sent belong to the thread that waited first, before the
// caller can take them
// back (semop(2), msgrcv(2)).
#include "errors.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <time.h>

static int set, queue;

struct message {
    long type;
    char text[32];
};

struct worker {
    pthread_t thread;
    volatile int id;
    struct sembuf operations[4];
    unsigned count;
    long type;
    int flags;
    size_t room;
    long result;
    int error;
    struct message message;
    volatile int isOver;
};

static void awaitSleep(struct worker *worker)
{
    char path[64], line[256];
    for (;;) {
        usleep(1000);
        if (worker->id == 0)
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%d/stat", worker->id);
        FILE *file = fopen(path, "r");
        if (file == 0)
            return;
        char *state = fgets(line, sizeof line, file) ? strrchr(line, ')') : 0;
        fclose(file);
        if (state && state[2] == 'S')
            return;
    }
}

static void *operate(void *argument)
{
    struct worker *worker = argument;
    worker->id = syscall(SYS_gettid);
    worker->result = semop(set, worker->operations, worker->count);
    worker->error = errno;
    worker->isOver = 1;
    return 0;
}

static void *receive(void *argument)
{
    struct worker *worker = argument;
    worker->id = syscall(SYS_gettid);
    worker->result = msgrcv(queue, &worker->message, worker->room, worker->type, worker->flags);
    worker->error = errno;
    worker->isOver = 1;
    return 0;
}

static void start(struct worker *worker, void *(*body)(void *))
{
    worker->id = 0;
    worker->isOver = 0;
    pthread_create(&worker->thread, 0, body, worker);
    awaitSleep(worker);
}

static void waitFor(struct worker *worker, unsigned count, ...)
{
    __builtin_va_list list;
    __builtin_va_start(list, count);
    for (unsigned i = 0; i < count; i++) {
        worker->operations[i].sem_num = __builtin_va_arg(list, int);
        worker->operations[i].sem_op = __builtin_va_arg(list, int);
        worker->operations[i].sem_flg = __builtin_va_arg(list, int);
    }
    __builtin_va_end(list);
    worker->count = count;
    start(worker, operate);
}

static long change(int number, int by, int flags)
{
    struct sembuf operation = {number, by, flags};
    return semop(set, &operation, 1);
}

static int value(int number)
{
    return semctl(set, number, GETVAL);
}

// Until those are over that are named by bits.
static void awaitEnd(struct worker *workers, unsigned over)
{
    for (unsigned i = 0; over >> i; i++)
        while ((over >> i & 1) && !workers[i].isOver)
            usleep(1000);
    usleep(5000);
}

static void show(const char *what, struct worker *workers, int count, unsigned over)
{
    awaitEnd(workers, over);
    printf("%s: values %d %d, more %d %d, zero %d %d;", what, value(0), value(1), semctl(set, 0, GETNCNT), semctl(set, 1, GETNCNT),
           semctl(set, 0, GETZCNT), semctl(set, 1, GETZCNT));
    for (int i = 0; i < count; i++)
        printf(" %s", !workers[i].isOver ? "waits" : workers[i].result == 0 ? "done" : strerrorname_np(workers[i].error));
    printf("\n");
}

static void join(struct worker *workers, int count)
{
    for (int i = 0; i < count; i++)
        pthread_join(workers[i].thread, 0);
}

static void semaphores(void)
{
    struct worker workers[4];
    set = semget(IPC_PRIVATE, 2, 0600);

    waitFor(&workers[0], 1, 0, -1, 0);
    OUTCOME(change(0, 1, 0));
    OUTCOME(change(0, -1, IPC_NOWAIT)); // the other thread has it
    show("handed over", workers, 1, 1);
    join(workers, 1);

    // In the order of coming; who wants more waits on and is passed.
    waitFor(&workers[0], 1, 0, -3, 0);
    waitFor(&workers[1], 1, 0, -1, 0);
    waitFor(&workers[2], 1, 0, -1, 0);
    OUTCOME(change(0, 1, 0));
    show("one of three", workers, 3, 2);
    OUTCOME(change(0, 4, 0));
    show("four more", workers, 3, 7);
    join(workers, 3);

    // What one that waited does lets another go on.
    waitFor(&workers[0], 1, 1, -1, 0);
    waitFor(&workers[1], 2, 0, -1, 0, 1, 1, 0);
    waitFor(&workers[2], 1, 0, 0, 0);
    OUTCOME(change(0, 1, 0));
    show("a chain", workers, 3, 7);
    join(workers, 3);

    // One that was not to wait comes to its turn and would.
    waitFor(&workers[0], 2, 0, -1, 0, 1, -1, IPC_NOWAIT);
    OUTCOME(change(0, 1, 0));
    show("not to wait", workers, 1, 1);
    OUTCOME(change(0, -1, IPC_NOWAIT));
    join(workers, 1);

    // It waits for another semaphore than before.
    waitFor(&workers[0], 2, 0, -1, 0, 1, -1, 0);
    show("for the first", workers, 1, 0);
    OUTCOME(change(0, 1, 0));
    show("for the second", workers, 1, 0);
    OUTCOME(change(1, 1, 0));
    show("for none", workers, 1, 1);
    join(workers, 1);

    // Zero, by SETVAL and SETALL too.
    OUTCOME(semctl(set, 0, SETVAL, 2));
    waitFor(&workers[0], 1, 0, 0, 0);
    waitFor(&workers[1], 1, 1, -2, 0);
    OUTCOME(change(0, -2, 0));
    OUTCOME(change(0, 1, 0));
    show("zero passed by", workers, 2, 1);
    unsigned short values[2] = {0, 2};
    OUTCOME(semctl(set, 0, SETALL, values));
    show("all set", workers, 2, 3);
    join(workers, 2);
    OUTCOME(semctl(set, 0, SETVAL, 5));
    waitFor(&workers[0], 2, 0, 0, 0, 0, 3, 0);
    OUTCOME(semctl(set, 0, SETVAL, 0));
    show("zero, then three", workers, 1, 1);
    join(workers, 1);

    // The largest value is passed when its turn comes.
    OUTCOME(semctl(set, 1, SETVAL, 32767));
    OUTCOME(semctl(set, 0, SETVAL, 0));
    waitFor(&workers[0], 2, 0, -1, 0, 1, 1, 0);
    OUTCOME(change(0, 1, 0));
    show("too large", workers, 1, 1);
    join(workers, 1);

    waitFor(&workers[0], 1, 0, -9, 0);
    OUTCOME(semctl(set, 0, IPC_RMID));
    awaitEnd(workers, 1);
    printf("removed: %s\n", strerrorname_np(workers[0].error));
    join(workers, 1);

    struct timespec little = {0, 20000000};
    set = semget(IPC_PRIVATE, 2, 0600);
    struct sembuf operation = {0, -1, 0};
    OUTCOME(semtimedop(set, &operation, 1, &little));
    show("after a timeout", workers, 0, 0);
    OUTCOME(change(0, 1, 0));
    show("nobody waits any longer", workers, 0, 0);
    semctl(set, 0, IPC_RMID);
}

static void await(struct worker *worker, long type, int flags, size_t room)
{
    worker->type = type;
    worker->flags = flags;
    worker->room = room;
    start(worker, receive);
}

static long sendText(long type, const char *text)
{
    struct message message = {type, ""};
    strcpy(message.text, text);
    return msgsnd(queue, &message, strlen(text), IPC_NOWAIT);
}

static void showMessages(const char *what, struct worker *workers, int count, unsigned over)
{
    struct msqid_ds status;
    awaitEnd(workers, over);
    msgctl(queue, IPC_STAT, &status);
    printf("%s: %lu queued;", what, (unsigned long)status.msg_qnum);
    for (int i = 0; i < count; i++) {
        struct worker *worker = &workers[i];
        if (!worker->isOver)
            printf(" waits");
        else if (worker->result < 0)
            printf(" %s", strerrorname_np(worker->error));
        else
            printf(" %ld %.*s", worker->message.type, (int)worker->result, worker->message.text);
    }
    printf("\n");
}

static void messages(void)
{
    struct worker workers[4];
    struct message message;
    queue = msgget(IPC_PRIVATE, 0600);

    await(&workers[0], 0, 0, 32);
    OUTCOME(sendText(1, "first"));
    OUTCOME(msgrcv(queue, &message, 32, 0, IPC_NOWAIT)); // the other thread has it
    showMessages("handed over", workers, 1, 1);
    join(workers, 1);

    await(&workers[0], 5, 0, 32);
    await(&workers[1], -4, 0, 32);
    await(&workers[2], 2, MSG_EXCEPT, 32);
    await(&workers[3], 2, 0, 32);
    OUTCOME(sendText(2, "two"));
    showMessages("of a type", workers, 4, 2);
    OUTCOME(sendText(2, "more"));
    showMessages("of a type again", workers, 4, 10);
    OUTCOME(sendText(5, "five"));
    showMessages("the first who wants it", workers, 4, 11);
    OUTCOME(sendText(5, "last"));
    showMessages("any but two", workers, 4, 15);
    join(workers, 4);

    // Who has no room for it gets an error and the next one the message.
    await(&workers[0], 0, 0, 3);
    await(&workers[1], 0, MSG_NOERROR, 3);
    OUTCOME(sendText(7, "abcdef"));
    showMessages("no room", workers, 2, 3);
    join(workers, 2);
    await(&workers[0], 0, 0, 2);
    OUTCOME(sendText(7, "abc"));
    showMessages("no room and nobody else", workers, 1, 1);
    OUTCOME(msgrcv(queue, &message, 32, 0, IPC_NOWAIT));
    join(workers, 1);

    await(&workers[0], 9, 0, 32);
    OUTCOME(msgctl(queue, IPC_RMID, 0));
    awaitEnd(workers, 1);
    printf("removed: %s\n", strerrorname_np(workers[0].error));
    join(workers, 1);
}

int main(void)
{
    semaphores();
    messages();
    return 0;
}
