using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Mapping the parts of a program.
public sealed partial class ProgramLoader
{
    private static Errno MapSegments(MemoryMap map, OpenFile file, ElfImage image, ulong bias)
    {
        if (!VirtAddr.IsUserRange(new VirtAddr(unchecked(image.Low + bias)), image.High - image.Low))
        {
            return Errno.ENOMEM;
        }

        foreach (ElfSegment segment in image.Segments)
        {
            Errno error = MapSegment(map, file, in segment, bias);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    private static Errno MapSegment(MemoryMap map, OpenFile file, in ElfSegment segment, ulong bias)
    {
        ulong address = unchecked(segment.Address + bias);
        ulong low = address & ~(PageBytes - 1);
        ulong end = (address + segment.MemorySize + PageBytes - 1) & ~(PageBytes - 1);
        ulong fileEnd = low;
        if (segment.FileSize > 0)
        {
            fileEnd = (address + segment.FileSize + PageBytes - 1) & ~(PageBytes - 1);
            Result<VirtAddr> mapped = map.Map(new MapRequest
            {
                Address = new VirtAddr(low),
                Length = fileEnd - low,
                Placement = MapPlacement.Fixed,
                Protection = segment.Protection,
                Source = file.Pages,
                SourcePage = segment.Offset / PageBytes,
                File = file,
            });
            if (!mapped.IsOk)
            {
                return mapped.Error;
            }

            // The last page's rest belongs to what the file does not have; the file's own bytes there must not show.
            ulong rest = fileEnd - (address + segment.FileSize);
            if (segment.MemorySize > segment.FileSize && (segment.Protection & PageAccess.Write) != 0 && rest > 0
                && map.Space.Clear(new VirtAddr(fileEnd - rest), rest) != rest)
            {
                return Errno.ENOMEM;
            }
        }

        if (end <= fileEnd)
        {
            return Errno.None;
        }

        Result<VirtAddr> zeros = map.Map(new MapRequest
        {
            Address = new VirtAddr(fileEnd),
            Length = end - fileEnd,
            Placement = MapPlacement.Fixed,
            Protection = segment.Protection,
        });
        return zeros.Error;
    }

    /// <summary>Maps the dynamic loader. Returns its first instruction.</summary>
    private Result<ulong> LoadInterpreter(MemoryMap map, FsContext fs, byte[] path, out ulong loadBase)
    {
        loadBase = 0;
        Result<OpenFile> opened = Open(fs, fs.WorkingDirectory, path);
        if (!opened.TryGet(out OpenFile file))
        {
            return opened.Error;
        }

        Result<ulong> start = MapInterpreter(map, file, out loadBase);
        file.Release();
        return start;
    }

    private static Result<ulong> MapInterpreter(MemoryMap map, OpenFile file, out ulong loadBase)
    {
        loadBase = 0;
        if (file.Pages == null)
        {
            return Errno.EACCES;
        }

        Result<ElfImage> read = ElfImage.Read(file.Pages);
        if (!read.TryGet(out ElfImage image))
        {
            return read.Error == Errno.ENOEXEC ? Errno.ELIBBAD : read.Error;
        }

        ulong bias = 0;
        if (image.IsRelocatable)
        {
            // A place is found by mapping nothing there first.
            ulong span = image.High - image.Low + image.Alignment;
            Result<VirtAddr> place = map.Map(new MapRequest { Length = span, Protection = PageAccess.None });
            if (!place.IsOk)
            {
                return place.Error;
            }

            map.Unmap(place.Value, span);
            bias = unchecked(((place.Value.Value + image.Alignment - 1) & ~(image.Alignment - 1)) - image.Low);
        }

        loadBase = bias;
        Errno error = MapSegments(map, file, image, bias);
        return error == Errno.None ? unchecked(image.Entry + bias) : error;
    }

    /// <summary>Maps the vDSO and its data. Returns the address of its ELF header; zero when there is none, which programs can do without.</summary>
    private ulong MapVdso(MemoryMap map)
    {
        if (_vdso == null)
        {
            return 0;
        }

        Result<VirtAddr> place = map.Map(new MapRequest
        {
            Length = 2 * PageBytes,
            Protection = PageAccess.Read,
            Flags = AreaFlags.Vvar | AreaFlags.DontDump,
            Source = _vdso,
        });
        if (!place.IsOk)
        {
            return 0;
        }

        VirtAddr code = place.Value + PageBytes;
        Result<VirtAddr> mapped = map.Map(new MapRequest
        {
            Address = code,
            Length = PageBytes,
            Placement = MapPlacement.Fixed,
            Protection = PageAccess.Read | PageAccess.Execute,
            Flags = AreaFlags.Vdso,
            Source = _vdso,
            SourcePage = 1,
        });
        return mapped.IsOk ? code.Value : 0;
    }

    private static Errno MapStack(MemoryMap map, VirtAddr top, StackImage stack, bool isExecutable)
    {
        ulong used = (top - stack.StackPointer) + InitialStackBytes;
        ulong length = (used + PageBytes - 1) & ~(PageBytes - 1);
        Result<VirtAddr> mapped = map.Map(new MapRequest
        {
            Address = top - length,
            Length = length,
            Placement = MapPlacement.Fixed,
            Protection = PageAccess.Read | PageAccess.Write | (isExecutable ? PageAccess.Execute : PageAccess.None),
            Flags = AreaFlags.GrowsDown | AreaFlags.Stack | AreaFlags.NoReserve,
        });
        if (!mapped.IsOk)
        {
            return mapped.Error;
        }

        return map.Space.Write(stack.StackPointer, stack.Bytes) == stack.Bytes.Length ? Errno.None : Errno.ENOMEM;
    }
}
