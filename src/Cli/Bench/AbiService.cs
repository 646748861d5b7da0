namespace Mote.Cli.Bench;

/// <summary>A service of the kernel that <c>bench/abi.c</c> takes, and what its time may be of the Linux guests'.</summary>
/// <param name="Name">Its word in the program's output.</param>
/// <param name="What">For people.</param>
/// <param name="SmallLimit">The largest ratio to the small Linux.</param>
/// <param name="DebianLimit">The largest ratio to Debian's kernel.</param>
/// <param name="TakesBest">The best runs are compared instead of the medians: what only computes is never faster by chance.</param>
internal sealed record AbiService(string Name, string What, double SmallLimit, double DebianLimit, bool TakesBest = false)
{
    /// <summary>What must be 1.3 times ahead of the small Linux.</summary>
    private const double Ahead = 1 / 1.3;

    public static readonly AbiService[] All =
    [
        new("getppid", "getppid", Ahead, 0.6),
        new("clock", "clock_gettime", Ahead, 1),
        new("clockcall", "clock_gettime by system call", Ahead, Ahead),
        new("null", "write to /dev/null", Ahead, 0.5),
        new("stat", "stat of a file in memory", Ahead, Ahead),
        new("open", "open and close of a file in memory", Ahead, Ahead),
        new("page", "touch fresh memory without huge pages, per 4 KB", Ahead, Ahead),
        new("touch", "touch fresh memory, per 4 KB", 0.5, 0.5),
        new("read", "read a file in memory, per 64 KB", 1, 1),
        new("map64k", "mmap, touch and unmap 64 KB", 0.4, 0.25),
        new("pipe", "pipe round trip between two threads", 0.62, 0.35),
        new("thread", "thread create and join", 0.33, 0.2),
        new("futex", "futex wake to run", 0.62, 0.5),
        new("compute", "a CPU-bound program in C", 1.02, 1.02, TakesBest: true),
    ];
}
