using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Random;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// Puts a program into an empty memory map: follows scripts to their interpreter, maps the ELF file and its dynamic loader, the vDSO and the stack. What goes wrong leaves a map
/// that the caller throws away.
/// </summary>
public sealed partial class ProgramLoader
{
    private const int MaxScripts = 4;
    private const ulong PageBytes = 4096;
    private const ulong InitialStackBytes = 132 << 10;
    private const ulong MaxArgumentBytes = 6 << 20;

    /// <summary>CPUID.1:EDX of the x86-64 baseline: AT_HWCAP.</summary>
    private const ulong BaselineCapabilities = 0x078b_fbff;

    private readonly FileTree _tree;
    private readonly EntropyPool _randomness;
    private readonly VdsoPages? _vdso;

    public ProgramLoader(FileTree tree, EntropyPool randomness, VdsoPages? vdso)
    {
        _tree = tree;
        _randomness = randomness;
        _vdso = vdso;
    }

    /// <summary>Opens a file to run it. Errors: those of open(2), EACCES (no regular file, not executable), ETXTBSY (open for writing).</summary>
    public Result<OpenFile> Open(FsContext fs, PathNode start, ReadOnlySpan<byte> path, OpenFlags flags = OpenFlags.ReadOnly)
    {
        Result<OpenFile> opened = _tree.Open(fs, start, path, flags, 0);
        return Check(fs, opened);
    }

    /// <summary>As <see cref="Open"/>, of a node that is known.</summary>
    public Result<OpenFile> OpenNode(FsContext fs, PathNode node) => Check(fs, _tree.OpenNode(fs, node, OpenFlags.ReadOnly));

    private static Result<OpenFile> Check(FsContext fs, Result<OpenFile> opened)
    {
        if (!opened.IsOk)
        {
            return opened.Error == Errno.ENXIO ? Errno.EACCES : opened;
        }

        Errno error = opened.Value.Inode.Type != FileType.Regular ? Errno.EACCES : FileTree.CheckAccess(fs, opened.Value.Path, Access.Execute);
        error = error == Errno.None && opened.Value.Inode.HasWriters ? Errno.ETXTBSY : error;
        if (error != Errno.None)
        {
            opened.Value.Release();
            return error;
        }

        return opened;
    }

    /// <summary>
    /// Loads a program. The caller keeps its reference on the request's file. Errors: ENOEXEC, ENOMEM, E2BIG, ELOOP (scripts of scripts), ENOENT and others for a missing interpreter.
    /// </summary>
    public Result<ProgramImage> Load(MemoryMap map, FsContext fs, ProgramRequest request, ProgramIdentity identity)
    {
        OpenFile file = request.File;
        file.AddReference();
        byte[][] arguments = request.Arguments;
        for (int depth = 0; ; depth++)
        {
            Result<bool> script = FollowScript(fs, request.Path, ref file, ref arguments);
            if (!script.IsOk || !script.Value)
            {
                Result<ProgramImage> loaded = script.IsOk ? LoadElf(map, fs, file, request, arguments, identity) : script.Error;
                file.Release();
                return loaded;
            }

            if (depth == MaxScripts)
            {
                file.Release();
                return Errno.ELOOP;
            }
        }
    }

    /// <summary>If the file is a script, makes its interpreter the file and puts itself before the arguments. False when it is none.</summary>
    private Result<bool> FollowScript(FsContext fs, byte[] path, ref OpenFile file, ref byte[][] arguments)
    {
        PageSource? pages = file.Pages;
        if (pages == null)
        {
            return Errno.EACCES;
        }

        Span<byte> start = stackalloc byte[(int)Math.Min(pages.Length, ScriptLine.MaxBytes)];
        if (!ElfImage.TryRead(pages, 0, start))
        {
            return Errno.EIO;
        }

        if (!ScriptLine.TryParse(start, out ReadOnlySpan<byte> interpreter, out ReadOnlySpan<byte> argument))
        {
            return false;
        }

        if (interpreter.IsEmpty)
        {
            return Errno.ENOEXEC;
        }

        byte[] name = interpreter.ToArray();
        int added = argument.IsEmpty ? 2 : 3;
        int rest = Math.Max(arguments.Length - 1, 0);
        byte[][] extended = new byte[added + rest][];
        extended[0] = name;
        extended[added - 1] = path;
        if (added == 3)
        {
            extended[1] = argument.ToArray();
        }

        Array.Copy(arguments, arguments.Length - rest, extended, added, rest);
        Result<OpenFile> opened = Open(fs, fs.WorkingDirectory, name);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        file.Release();
        file = opened.Value;
        arguments = extended;
        return true;
    }

    private Result<ProgramImage> LoadElf(MemoryMap map, FsContext fs, OpenFile file, ProgramRequest request, byte[][] arguments, ProgramIdentity identity)
    {
        if (StackImage.SizeOf(arguments, request.Environment, request.Path) > Math.Min(MaxArgumentBytes, identity.StackLimit / 4))
        {
            return Errno.E2BIG;
        }

        Result<ElfImage> read = ElfImage.Read(file.Pages!);
        if (!read.TryGet(out ElfImage image))
        {
            return read.Error;
        }

        identity = identity.Of(file.Inode, _tree);

        AddressLayout layout = new(identity.IsRandomized ? _randomness : null, identity.StackLimit);
        map.MapTop = layout.MapTop;
        map.StackLimit = identity.StackLimit;
        ulong bias = image.IsRelocatable ? unchecked(((layout.ProgramBase + image.Alignment - 1) & ~(image.Alignment - 1)) - image.Low) : 0;
        Errno error = MapSegments(map, file, image, bias);
        if (error != Errno.None)
        {
            return error;
        }

        map.StartBreak(new VirtAddr(unchecked(image.High + bias) + layout.HeapShift));
        ulong entry = unchecked(image.Entry + bias);
        ulong start = entry;
        ulong interpreterBase = 0;
        if (image.Interpreter.Length > 0)
        {
            Result<ulong> interpreter = LoadInterpreter(map, fs, image.Interpreter, out interpreterBase);
            if (!interpreter.TryGet(out start))
            {
                return interpreter.Error;
            }
        }

        StackImage stack = new();
        ulong vdso = MapVdso(map);
        if (vdso != 0)
        {
            stack.Add(AuxiliaryType.VdsoImage, vdso);
        }

        stack.Add(AuxiliaryType.MinimumSignalStack, SignalFrame.MaximumBytes);
        stack.Add(AuxiliaryType.HardwareCapabilities, BaselineCapabilities);
        stack.Add(AuxiliaryType.PageSize, PageBytes);
        stack.Add(AuxiliaryType.ClockTicks, 100);
        stack.Add(AuxiliaryType.ProgramHeaders, image.HeadersAddress == 0 ? 0 : unchecked(image.HeadersAddress + bias));
        stack.Add(AuxiliaryType.ProgramHeaderSize, ElfConstants.ProgramHeaderBytes);
        stack.Add(AuxiliaryType.ProgramHeaderCount, (ulong)image.HeaderCount);
        stack.Add(AuxiliaryType.InterpreterBase, interpreterBase);
        stack.Add(AuxiliaryType.Flags, 0);
        stack.Add(AuxiliaryType.Entry, entry);
        stack.Add(AuxiliaryType.UserId, identity.Uid);
        stack.Add(AuxiliaryType.EffectiveUserId, identity.EffectiveUid);
        stack.Add(AuxiliaryType.GroupId, identity.Gid);
        stack.Add(AuxiliaryType.EffectiveGroupId, identity.EffectiveGid);
        stack.Add(AuxiliaryType.Secure, identity.IsSecure ? 1u : 0);
        stack.Add(AuxiliaryType.HardwareCapabilities2, CpuContext.HasFsGsBase ? 2u : 0u);
        stack.Build(layout.StackTop, arguments, request.Environment, request.Path, _randomness);
        error = MapStack(map, layout.StackTop, stack, image.WantsExecutableStack);
        if (error != Errno.None)
        {
            return error;
        }

        return new ProgramImage
        {
            File = file.Path,
            Path = AbsolutePath(file.Path, fs),
            GivenPath = request.Path,
            EffectiveUid = identity.EffectiveUid,
            EffectiveGid = identity.EffectiveGid,
            Arguments = arguments,
            Environment = request.Environment,
            AuxiliaryVector = stack.Auxiliary.ToArray(),
            Start = new VirtAddr(start),
            StackPointer = stack.StackPointer,
            StackTop = layout.StackTop,
            ArgumentsStart = stack.ArgumentsStart,
            EnvironmentStart = stack.EnvironmentStart,
            StringsEnd = stack.StringsEnd,
        };
    }

    private static byte[] AbsolutePath(PathNode node, FsContext fs)
    {
        Span<byte> buffer = stackalloc byte[1024];
        Result<int> length = node.WritePath(fs.Root, buffer);
        return length.IsOk ? buffer[..length.Value].ToArray() : node.Name.ToArray();
    }
}
