using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>An open file whose position is any 64-bit number: it has no end to seek from (mem_lseek in fs/proc/base.c).</summary>
internal abstract class AddressedFile(PathNode path, OpenFlags flags) : OpenFile(path, flags)
{
    public override bool IsSeekable => true;

    public override Result<long> Read(ref DataSink to)
    {
        Result<long> done = ReadAt(Position, ref to);
        if (done.IsOk)
        {
            Position = unchecked(Position + (ulong)done.Value);
        }

        return done;
    }

    public override Result<long> Write(ref DataSource from)
    {
        Result<long> done = WriteAt(Position, ref from);
        if (done.IsOk)
        {
            Position = unchecked(Position + (ulong)done.Value);
        }

        return done;
    }

    public override Result<long> WriteAt(ulong offset, ref DataSource from) => Errno.EINVAL;

    public override Result<long> Seek(long offset, SeekOrigin origin)
    {
        if (origin is not (SeekOrigin.Start or SeekOrigin.Current))
        {
            return Errno.EINVAL;
        }

        Position = unchecked((origin == SeekOrigin.Start ? 0 : Position) + (ulong)offset);
        return unchecked((long)Position);
    }
}
