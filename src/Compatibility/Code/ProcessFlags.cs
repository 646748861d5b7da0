namespace Mote.Compatibility.Code;

/// <summary>Reads the flags of clone(2).</summary>
internal static class ProcessFlags
{
    public const int Clone = 56;
    public const int Clone3 = 435;
    public const int Fork = 57;
    public const int Vfork = 58;

    private const uint Vm = 0x100;
    private const uint VforkFlag = 0x4000;
    private const uint Thread = 0x10000;

    // CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD: what glibc's fork(3) asks for.
    private const uint LibraryFork = 0x0120_0011;

    /// <summary>What flags that are given to the call make.</summary>
    public static ProcessKind Of(uint flags) => (flags & Vm) == 0 ? ProcessKind.Fork : (flags & Thread) != 0 ? ProcessKind.Thread : ProcessKind.Vfork;

    /// <summary>What a number makes that is only known to be stored somewhere near the call; null when it need not be flags at all.</summary>
    public static ProcessKind? OfStored(uint number) => number switch
    {
        _ when (number & (Vm | Thread)) == (Vm | Thread) && IsOnlyFlags(number) => ProcessKind.Thread,
        _ when (number & (Vm | VforkFlag | Thread)) == (Vm | VforkFlag) && IsOnlyFlags(number) => ProcessKind.Vfork,
        LibraryFork => ProcessKind.Fork,
        _ => null,
    };

    /// <summary>The call that makes the same; null of a thread.</summary>
    public static int? NumberOf(ProcessKind kind) => kind switch
    {
        ProcessKind.Fork => Fork,
        ProcessKind.Vfork => Vfork,
        _ => null,
    };

    // The lowest byte is the signal that the parent gets: none, or SIGCHLD.
    private static bool IsOnlyFlags(uint number) => (number & 0xff) is 0 or 17;
}
