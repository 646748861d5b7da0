namespace Mote.Kernel.Syscalls;

/// <summary>What a system call's argument means: how a trace shows it. A kind that ends in Out is filled by the call and shown after it.</summary>
public enum ArgumentKind : byte
{
    /// <summary>The call has no such argument.</summary>
    None,

    /// <summary>32-bit signed.</summary>
    Int,

    /// <summary>32-bit unsigned.</summary>
    UInt,

    /// <summary>64-bit signed.</summary>
    Long,
    Hex,

    /// <summary>64-bit unsigned, decimal.</summary>
    Size,

    /// <summary>File offset, 64-bit signed.</summary>
    Offset,
    Address,
    Fd,

    /// <summary>A descriptor or AT_FDCWD.</summary>
    DirectoryFd,
    Path,
    String,

    /// <summary>Bytes for the kernel; the next argument is their count.</summary>
    BufferIn,

    /// <summary>Room for bytes from the kernel; the result is their count.</summary>
    BufferOut,

    /// <summary>struct iovec array with bytes for the kernel; the next argument is its length.</summary>
    VectorIn,

    /// <summary>struct iovec array with room; the next argument is its length.</summary>
    VectorOut,

    /// <summary>NULL-terminated array of strings.</summary>
    StringArray,
    Signal,
    SignalSet,
    SignalAction,
    SignalInfo,
    SignalStack,
    SignalMaskHow,
    Timespec,
    TimespecOut,
    Timeval,
    TimevalOut,
    IntervalKind,
    IntervalTimer,
    IntervalTimerOut,
    TimerSpec,
    TimerSpecOut,
    ClockId,
    StatOut,
    StatxOut,
    StatfsOut,
    DirectoryEntriesOut,
    Limit,
    LimitOut,
    UsageOut,
    NamesOut,
    SystemInfoOut,
    PollFds,
    EpollEvent,

    /// <summary>Array of struct epoll_event; the result is how many came.</summary>
    EpollEventsOut,
    EpollOperation,
    SocketAddress,
    SocketAddressOut,

    /// <summary>MSG_ flags.</summary>
    MessageFlags,

    /// <summary>struct msghdr with bytes for the kernel.</summary>
    MessageHeader,

    /// <summary>struct msghdr with room.</summary>
    MessageHeaderOut,
    ShutdownHow,
    SocketDomain,
    SocketType,
    FdPairOut,
    IntOut,
    OpenFlags,

    /// <summary>O_CLOEXEC, O_NONBLOCK and their equals (pipe2, eventfd2, timerfd_create).</summary>
    DescriptorFlags,
    Mode,
    AccessMode,
    AtFlags,
    Whence,
    FcntlCommand,
    IoctlRequest,
    Protection,
    MapFlags,
    RemapFlags,
    Advice,
    SyncFlags,
    CloneFlags,
    CloneArguments,
    FutexOperation,
    MembarrierCommand,
    PrctlOption,
    ArchOption,
    ResourceId,
    WaitOptions,
    RandomFlags,
    ProcessId,
    UserId,
}
