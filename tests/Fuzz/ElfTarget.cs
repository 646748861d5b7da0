using System;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Logging;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Kernel.Random;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Vfs;

namespace Mote.Tests.Fuzz;

/// <summary>
/// A hostile program file: the input is the file, a program or a script, that is loaded into an empty address space. Loading must end in an errno or in mappings that lie in the
/// program's half; what it took must be given back with the map; and nothing may be written to the file.
/// </summary>
public sealed class ElfTarget : FuzzTarget
{
    /// <summary>The dynamic loader and interpreter that inputs can name: a relocatable program of one segment.</summary>
    private static readonly byte[] s_interpreter = Convert.FromHexString(
        "7f454c4602010100000000000000000003003e000100000078000000000000004000000000000000000000000000000000000000400038000100400000000000"
        + "0100000005000000000000000000000000000000000000000000000000000000"
        + "810000000000000081000000000000000010000000000000"
        + "b83c00000031ff0f05");

    public override string Name => "elf";

    public override void Run(ReadOnlySpan<byte> input)
    {
        TestTree tree = new();
        tree.MakeDirectory("/bin");
        Save(tree, "/bin/interpreter", s_interpreter);
        Save(tree, "/bin/fuzzed", input);
        ProgramLoader loader = new(tree.Tree, new EntropyPool(new KernelLog()), null);

        // Once for what the file system keeps, then to see that all the rest comes back.
        Load(loader, tree);
        ulong free = MemoryStatistics.AvailableBytes;
        Errno first = Load(loader, tree);
        Check(MemoryStatistics.AvailableBytes == free, "memory is lost");
        Check(Load(loader, tree) == first, "the same file is loaded and refused");
        Check(tree.Attributes("/bin/fuzzed").Size == (ulong)input.Length, "the file has changed");
    }

    private static Errno Load(ProgramLoader loader, TestTree tree)
    {
        Result<OpenFile> opened = loader.Open(tree.Context, tree.Context.WorkingDirectory, "/bin/fuzzed"u8);
        if (!opened.TryGet(out OpenFile file))
        {
            return opened.Error;
        }

        MemoryMap map = MemoryMap.Create().Value;
        ProgramRequest request = new() { File = file, Path = Encoding.ASCII.GetBytes("/bin/fuzzed"), Arguments = ["fuzzed"u8.ToArray(), "argument"u8.ToArray()] };
        Result<ProgramImage> loaded = loader.Load(map, tree.Context, request, new ProgramIdentity(0, 0, 0, 0, 8 << 20, IsRandomized: false, MayChangeIds: true));
        if (loaded.TryGet(out ProgramImage image))
        {
            Check(map.First != null && map.Find(image.StackPointer) != null, "there is no stack");
            TouchAll(map);
        }

        for (Area? area = map.First; area != null; area = map.Next(area))
        {
            Check(area.Start.Value >= MemoryMap.LowestAddress && area.Start < area.End && area.End <= VirtAddr.UserEnd, "an area lies where none may lie");
        }

        map.Release();
        file.Release();
        return loaded.Error;
    }

    /// <summary>The first pages of each area, read and written as their protection allows.</summary>
    private static void TouchAll(MemoryMap map)
    {
        const ulong Pages = 4;
        for (Area? area = map.First; area != null; area = map.Next(area))
        {
            VirtAddr end = area.End;
            for (VirtAddr at = area.Start; at < end && at.Value < area.Start.Value + (Pages * 4096); at += 4096)
            {
                _ = map.Space.TryRead(at, out ulong word); // behind the end of the file there is none
                _ = map.Space.TryWrite(at, word);
            }
        }
    }

    private static void Save(TestTree tree, string path, ReadOnlySpan<byte> bytes)
    {
        OpenFile file = tree.Open(path, OpenFlags.WriteOnly | OpenFlags.Create, 0x1ed).Value;
        DataSource source = new(bytes);
        _ = file.Write(ref source);
        file.Release();
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
