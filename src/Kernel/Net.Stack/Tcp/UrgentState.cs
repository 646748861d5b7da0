namespace Mote.Kernel.Net.Stack;

/// <summary>What has become of the byte that the peer's urgent pointer names.</summary>
internal enum UrgentState : byte
{
    /// <summary>There is none, or the program has read past it.</summary>
    None,

    /// <summary>The pointer has come, the byte has not.</summary>
    Awaited,

    /// <summary>The byte is there.</summary>
    Arrived,

    /// <summary>The program has read the byte apart from the stream; its place in the stream still is the mark.</summary>
    Taken,
}
