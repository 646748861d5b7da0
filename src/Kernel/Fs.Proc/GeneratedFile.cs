using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A regular file of generated text; its size shows as 0, in /sys as a page, as on Linux.</summary>
internal sealed class GeneratedFile(GeneratedFileSystem home, ulong number, uint mode, TextSource source, GeneratedRules rules, Process? owner = null)
    : GeneratedInode(home, number, FileType.Regular, mode)
{
    private const uint AnyWrite = 0x92;

    private readonly uint _mode = mode;

    public override bool HasStrictModes => rules == GeneratedRules.Setting;

    public override ulong Size => rules == GeneratedRules.Attribute ? (ulong)PageSize.Bytes : 0;

    protected override uint Uid => owner == null ? 0 : ProcessInode.UserOf(owner, Type);

    protected override uint Gid => owner == null ? 0 : ProcessInode.GroupOf(owner, Type);

    public override Result<OpenFile> Open(PathNode path, OpenFlags flags)
    {
        bool writes = (flags & OpenFlags.AccessMask) is OpenFlags.WriteOnly or OpenFlags.ReadWrite;
        bool isStrict = rules is GeneratedRules.Setting or GeneratedRules.Attribute;
        return writes && isStrict && (_mode & AnyWrite) == 0 ? Errno.EACCES : new GeneratedOpenFile(path, flags, Home, source, rules);
    }

    public override Errno Truncate(ulong newSize) => newSize > (ulong)GeneratedFileSystem.LargestOffset ? Errno.EFBIG : Errno.None;
}
