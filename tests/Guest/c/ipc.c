// System V shared memory, semaphores and message queues: sysvipc(7).
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define KEY 0x6d6f7465

union semun { int val; struct semid_ds *buf; unsigned short *array; };

static void testMemory(void)
{
    FAILS(shmget(KEY, 1000, 0600), ENOENT);
    FAILS(shmget(IPC_PRIVATE, 0, 0600), EINVAL);
    int id = shmget(KEY, 10000, IPC_CREAT | 0640);
    CHECK(id >= 0 && shmget(KEY, 0, 0) == id && shmget(KEY, 10000, IPC_CREAT | 0600) == id);
    FAILS(shmget(KEY, 10000, IPC_CREAT | IPC_EXCL | 0600), EEXIST);
    FAILS(shmget(KEY, 10001, 0600), EINVAL);
    char *one = shmat(id, NULL, 0), *two = shmat(id, NULL, SHM_RDONLY);
    CHECK(one != (void *)-1 && two != (void *)-1 && one != two);
    strcpy(one, "shared");
    CHECK(strcmp(two, "shared") == 0 && one[9999] == 0);
    struct shmid_ds status;
    CHECK(shmctl(id, IPC_STAT, &status) == 0);
    printf("size %zu attached %lu mode %o key %x\n", status.shm_segsz, (unsigned long)status.shm_nattch, status.shm_perm.mode,
        status.shm_perm.__key);
    CHECK(status.shm_cpid == getpid() && status.shm_lpid == getpid() && status.shm_atime > 0 && status.shm_dtime == 0);
    FAILS(shmdt(one + 4096), EINVAL);
    FAILS(shmat(id, one + 1, 0) == (void *)-1 ? -1 : 0, EINVAL);
    CHECK(shmdt(two) == 0 && shmctl(id, IPC_STAT, &status) == 0 && status.shm_nattch == 1);
    FAILS(shmdt(two), EINVAL);
    CHECK(shmat(id, two + 123, SHM_RND) == two && shmdt(two) == 0);
    CHECK(shmat(id, one, SHM_REMAP) == one && strcmp(one, "shared") == 0);
    status.shm_perm.mode = 0600;
    CHECK(shmctl(id, IPC_SET, &status) == 0 && shmctl(id, IPC_STAT, &status) == 0);
    printf("mode %o attached %lu\n", status.shm_perm.mode, (unsigned long)status.shm_nattch);
    CHECK(seteuid(1000) == 0);
    FAILS(shmget(KEY, 0, 0600), EACCES);
    FAILS(shmctl(id, IPC_RMID, NULL), EPERM);
    FAILS(shmctl(id, IPC_STAT, &status), EACCES);
    CHECK(seteuid(0) == 0);
    CHECK(shmctl(id, IPC_RMID, NULL) == 0);
    FAILS(shmget(KEY, 0, 0600), ENOENT);
    CHECK(strcmp(one, "shared") == 0 && shmdt(one) == 0);
    FAILS(shmat(id, NULL, 0) == (void *)-1 ? -1 : 0, EINVAL);
    FAILS(shmctl(12345678, IPC_STAT, &status), EINVAL);
    passed("shared memory");
}

static int set;

static void *post(void *argument)
{
    struct sembuf up = {0, 2, 0};
    usleep(20000);
    CHECK(semctl(set, 0, GETNCNT) == 1);
    CHECK(semop(set, &up, 1) == 0);
    return argument;
}

static void *removeSet(void *argument)
{
    usleep(20000);
    CHECK(semctl(set, 0, IPC_RMID) == 0);
    return argument;
}

static void nothing(int number)
{
    (void)number;
}

static void testSemaphores(void)
{
    FAILS(semget(KEY, 3, 0600), ENOENT);
    FAILS(semget(KEY, 0, IPC_CREAT | 0600), EINVAL);
    set = semget(KEY, 3, IPC_CREAT | 0600);
    CHECK(set >= 0 && semget(KEY, 3, 0) == set && semget(KEY, 0, 0) == set);
    FAILS(semget(KEY, 4, 0), EINVAL);
    CHECK(semctl(set, 1, SETVAL, 5) == 0 && semctl(set, 1, GETVAL) == 5 && semctl(set, 1, GETPID) == getpid());
    FAILS(semctl(set, 1, SETVAL, -1), ERANGE);
    FAILS(semctl(set, 3, GETVAL), EINVAL);
    unsigned short values[3] = {1, 2, 3}, read_[3];
    CHECK(semctl(set, 0, SETALL, values) == 0 && semctl(set, 0, GETALL, read_) == 0 && memcmp(values, read_, sizeof values) == 0);
    struct sembuf both[2] = {{0, -1, 0}, {1, -3, IPC_NOWAIT}};
    FAILS(semop(set, both, 2), EAGAIN);
    CHECK(semctl(set, 0, GETVAL) == 1);
    both[1].sem_op = -2;
    CHECK(semop(set, both, 2) == 0 && semctl(set, 0, GETVAL) == 0 && semctl(set, 1, GETVAL) == 0);
    struct sembuf zero[2] = {{0, 0, 0}, {2, 4, 0}};
    CHECK(semop(set, zero, 2) == 0 && semctl(set, 2, GETVAL) == 7);
    struct sembuf far = {3, 1, 0}, much = {2, 32767, 0}, none = {2, 0, IPC_NOWAIT};
    FAILS(semop(set, &far, 1), EFBIG);
    FAILS(semop(set, &much, 1), ERANGE);
    FAILS(semop(set, &none, 1), EAGAIN);
    FAILS(semop(set, &none, 0), EINVAL);
    FAILS(semop(set, &none, 501), E2BIG);
    FAILS(semop(set, NULL, 1), EFAULT);
    struct sembuf down = {0, -2, 0};
    struct timespec little = {0, 10000000};
    FAILS(semtimedop(set, &down, 1, &little), EAGAIN);
    pthread_t thread;
    pthread_create(&thread, NULL, post, NULL);
    CHECK(semop(set, &down, 1) == 0);
    pthread_join(thread, NULL);
    struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    FAILS(semop(set, &down, 1), EINTR);
    struct semid_ds status;
    CHECK(semctl(set, 0, IPC_STAT, (union semun){.buf = &status}) == 0);
    printf("semaphores %lu mode %o\n", (unsigned long)status.sem_nsems, status.sem_perm.mode);
    CHECK(status.sem_otime > 0 && status.sem_ctime > 0);
    pthread_create(&thread, NULL, removeSet, NULL);
    FAILS(semop(set, &down, 1), EIDRM);
    pthread_join(thread, NULL);
    FAILS(semop(set, &down, 1), EINVAL);
    passed("semaphores");
}

struct letter { long type; char text[9000]; };

static int queue;

static void *sendLater(void *argument)
{
    struct letter letter = {7, "later"};
    usleep(20000);
    CHECK(msgsnd(queue, &letter, 6, 0) == 0);
    return argument;
}

static void testMessages(void)
{
    static struct letter letter;
    FAILS(msgget(KEY, 0600), ENOENT);
    queue = msgget(KEY, IPC_CREAT | 0600);
    CHECK(queue >= 0 && msgget(KEY, 0) == queue);
    FAILS(msgrcv(queue, &letter, 100, 0, IPC_NOWAIT), ENOMSG);
    FAILS(msgsnd(queue, &letter, 4, 0), EINVAL);
    letter.type = 1;
    FAILS(msgsnd(queue, &letter, 8193, 0), EINVAL);
    for (int i = 1; i <= 4; i++) {
        letter.type = i == 4 ? 2 : 5 - i;
        sprintf(letter.text, "message %d", i);
        CHECK(msgsnd(queue, &letter, 10, 0) == 0);
    }
    struct msqid_ds status;
    CHECK(msgctl(queue, IPC_STAT, &status) == 0);
    printf("messages %lu bytes %lu of %lu\n", (unsigned long)status.msg_qnum, status.__msg_cbytes, (unsigned long)status.msg_qbytes);
    FAILS(msgrcv(queue, &letter, 5, 0, 0), E2BIG);
    CHECK(msgrcv(queue, &letter, 100, 3, 0) == 10);
    printf("type 3: %s\n", letter.text);
    CHECK(msgrcv(queue, &letter, 7, -3, MSG_NOERROR) == 7 && letter.type == 2);
    printf("up to 3: %.7s\n", letter.text);
    CHECK(msgrcv(queue, &letter, 100, 4, MSG_EXCEPT) == 10);
    printf("not 4: %s\n", letter.text);
    CHECK(msgrcv(queue, &letter, 100, 0, 0) == 10 && letter.type == 4);
    pthread_t thread;
    pthread_create(&thread, NULL, sendLater, NULL);
    CHECK(msgrcv(queue, &letter, 100, 7, 0) == 6);
    pthread_join(thread, NULL);
    letter.type = 1;
    CHECK(msgsnd(queue, &letter, 8192, 0) == 0 && msgsnd(queue, &letter, 8192, 0) == 0);
    FAILS(msgsnd(queue, &letter, 1, IPC_NOWAIT), EAGAIN);
    CHECK(msgctl(queue, IPC_RMID, NULL) == 0);
    FAILS(msgsnd(queue, &letter, 1, IPC_NOWAIT), EINVAL);
    passed("messages");
}

// Bits that mean nothing, and numbers below zero.
static void testOddArguments(void)
{
    const int odd = (int)0x80000000 | 0600;
    int memory = shmget(IPC_PRIVATE, 100, odd), semaphores = semget(IPC_PRIVATE, 1, odd), messages = msgget(IPC_PRIVATE, odd);
    CHECK(memory >= 0 && semaphores >= 0 && messages >= 0);
    FAILS(semctl(semaphores, -1, GETVAL), EINVAL);
    FAILS(semctl(-1, 0, GETVAL), EINVAL);
    struct shmid_ds segment;
    struct semid_ds set_;
    struct msqid_ds queue_;
    FAILS(shmctl(-5, SHM_STAT, &segment), EINVAL);
    FAILS(semctl(-5, 0, SEM_STAT, (union semun){.buf = &set_}), EINVAL);
    FAILS(msgctl(-5, MSG_STAT, &queue_), EINVAL);
    FAILS(shmctl(memory, 99, &segment), EINVAL);
    CHECK(shmctl(memory, IPC_RMID, NULL) == 0 && semctl(semaphores, 0, IPC_RMID) == 0 && msgctl(messages, IPC_RMID, NULL) == 0);
    passed("odd arguments");
}

int main(void)
{
    testMemory();
    testSemaphores();
    testMessages();
    testOddArguments();
    return finish();
}
