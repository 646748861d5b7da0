namespace Mote.Cli.Bench;

/// <summary>A service of the kernel that <c>bench/abi.c</c> takes, and what its time may be of a Linux guest's.</summary>
/// <param name="Name">Its word in the program's output.</param>
/// <param name="What">For people.</param>
/// <param name="Limit">The largest ratio.</param>
/// <param name="Reach">The same in words.</param>
/// <param name="TakesBest">The best runs are compared instead of the medians: what only computes is never faster by chance.</param>
internal sealed record AbiService(string Name, string What, double Limit, string Reach, bool TakesBest = false)
{
    public static readonly AbiService[] All =
    [
        new("touch", "touch fresh memory, per 4 KB", 0.2, "at most a fifth of Linux"),
        new("map64k", "mmap, touch and unmap 64 KB", 0.5, "at most half of Linux"),
        new("pipe", "pipe round trip between two threads", 0.5, "at most half of Linux"),
        new("thread", "thread create and join", 0.5, "at most half of Linux"),
        new("null", "write to /dev/null", 0.5, "at most half of Linux"),
        new("futex", "futex wake to run", 0.5, "at most half of Linux"),
        new("clock", "clock_gettime", 1, "at most Linux"),
        new("compute", "a CPU-bound program in C", 1.02, "within 2 % of Linux", TakesBest: true),
    ];
}
