using System;

namespace Mote.Kernel.Vfs;

/// <summary>
/// What the file operations of an open file lack on Linux (struct file_operations): calls that need them fail before they look at their
/// other arguments.
/// </summary>
[Flags]
public enum FileGaps
{
    None = 0,

    /// <summary>Nothing reads it, though it may be open for reading: read(2) is EINVAL.</summary>
    Read = 1,

    /// <summary>Nothing writes it: write(2) is EINVAL.</summary>
    Write = 2,

    /// <summary>No write at an offset, though it has a position (seq_open): pwrite(2) is ESPIPE.</summary>
    PositionedWrite = 4,

    /// <summary>A read of several pieces is several reads, without flags (no read_iter).</summary>
    VectorRead = 8,

    /// <summary>A write of several pieces is several writes, without flags (no write_iter).</summary>
    VectorWrite = 16,

    /// <summary>splice(2) and sendfile(2) cannot take from it: EINVAL.</summary>
    SpliceRead = 32,

    /// <summary>splice(2) and sendfile(2) cannot give to it: EINVAL.</summary>
    SpliceWrite = 64,

    Splice = SpliceRead | SpliceWrite,
}
