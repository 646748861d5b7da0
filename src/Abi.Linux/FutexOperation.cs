namespace Mote.Abi.Linux;

/// <summary>FUTEX_ operations (futex(2)); <see cref="CommandMask"/> takes the two flags off.</summary>
public enum FutexOperation
{
    Wait = 0,
    Wake = 1,
    Requeue = 3,
    CompareRequeue = 4,
    WakeOperation = 5,
    LockPi = 6,
    UnlockPi = 7,
    TryLockPi = 8,
    WaitBitset = 9,
    WakeBitset = 10,
    WaitRequeuePi = 11,
    CompareRequeuePi = 12,
    LockPi2 = 13,
    Private = 128,
    ClockRealtime = 256,
    CommandMask = ~(Private | ClockRealtime),
}
