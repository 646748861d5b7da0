namespace Mote.Cli;

/// <summary>How a write to the tool's own output ended.</summary>
internal enum WriteResult
{
    Done,

    /// <summary>EPIPE: nobody reads the other end any more.</summary>
    ReaderGone,

    /// <summary>Any other error (a full disk, a closed descriptor).</summary>
    Failed,
}
