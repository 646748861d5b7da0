using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

// Extended attributes (xattr(7)). The defaults are those of a file system without them. The caller has checked names and permissions.
public abstract partial class Inode
{
    /// <summary>The value's length; the value too when the buffer is not empty (ERANGE when it is short). ENODATA, EOPNOTSUPP.</summary>
    public virtual Result<int> GetExtended(ReadOnlySpan<byte> name, Span<byte> value) => Errno.EOPNOTSUPP;

    /// <summary>Sets a value. EEXIST and ENODATA by the flags, ENOSPC, EOPNOTSUPP.</summary>
    public virtual Errno SetExtended(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ExtendedFlags flags) => Errno.EOPNOTSUPP;

    /// <summary>Removes an attribute. ENODATA, EOPNOTSUPP.</summary>
    public virtual Errno RemoveExtended(ReadOnlySpan<byte> name) => Errno.EOPNOTSUPP;

    /// <summary>The name of the first attribute at or after a place, from 0 on, which moves past it; empty after the last.</summary>
    public virtual ReadOnlySpan<byte> NextExtended(scoped ref int place) => default;
}
