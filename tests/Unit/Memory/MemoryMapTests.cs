using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Memory;

public class MemoryMapTests
{
    private const ulong PageBytes = 4096;
    private const PageAccess ReadWrite = PageAccess.Read | PageAccess.Write;

    [Fact]
    public void Random_operations_agree_with_a_page_by_page_model()
    {
        const int Pages = 96;
        const ulong Base = 0x10_0000_0000;
        for (int seed = 0; seed < 20; seed++)
        {
            HostedMachine.Start();
            MemoryMap map = MemoryMap.Create().Value;
            Random random = new(seed);
            PageAccess?[] protection = new PageAccess?[Pages];
            byte[] contents = new byte[Pages];
            for (int step = 0; step < 600; step++)
            {
                int first = random.Next(Pages);
                int count = random.Next(1, Math.Min(16, Pages - first) + 1);
                VirtAddr start = new(Base + ((ulong)first * PageBytes));
                ulong length = (ulong)count * PageBytes;
                PageAccess wanted = (PageAccess)random.Next(4);
                switch (random.Next(6))
                {
                    case 0:
                        Assert.True(map.Map(new MapRequest { Address = start, Length = length, Placement = MapPlacement.Fixed, Protection = wanted }).IsOk);
                        for (int i = first; i < first + count; i++)
                        {
                            protection[i] = wanted;
                            contents[i] = 0;
                        }

                        break;
                    case 1:
                        map.Unmap(start, length);
                        Array.Clear(protection, first, count);
                        break;
                    case 2:
                        bool whole = true;
                        for (int i = first; i < first + count && whole; i++)
                        {
                            whole = protection[i] != null;
                            protection[i] = whole ? wanted : null;
                        }

                        Assert.Equal(whole ? Errno.None : Errno.ENOMEM, map.Protect(start, length, wanted));
                        break;
                    case 3:
                        _ = map.Advise(start, length, MemoryAdvice.DontNeed);
                        for (int i = first; i < first + count; i++)
                        {
                            contents[i] = 0;
                        }

                        break;
                    case 4:
                        byte written = (byte)random.Next(1, 256);
                        bool mayWrite = (protection[first] & PageAccess.Write) != 0 && protection[first] != null;
                        Assert.Equal(mayWrite, map.Space.TryWrite(start + 7, written));
                        contents[first] = mayWrite ? written : contents[first];
                        break;
                    default:
                        bool mayRead = protection[first] is not (null or PageAccess.None);
                        Assert.Equal(mayRead, map.Space.TryRead(start + 7, out byte read));
                        Assert.Equal(mayRead ? contents[first] : 0, read);
                        break;
                }

                CheckAreas(map, protection, Base);
            }
        }
    }

    [Fact]
    public void Free_ranges_are_found_from_the_top_down_and_never_overlap()
    {
        HostedMachine.Start();
        MemoryMap map = MemoryMap.Create().Value;
        Random random = new(7);
        List<(ulong Start, ulong Length)> mapped = [];
        for (int i = 0; i < 3000; i++)
        {
            if (mapped.Count > 0 && random.Next(3) == 0)
            {
                int victim = random.Next(mapped.Count);
                map.Unmap(new VirtAddr(mapped[victim].Start), mapped[victim].Length);
                mapped.RemoveAt(victim);
                continue;
            }

            ulong length = (ulong)random.Next(1, 64) * PageBytes;
            PageAccess protection = (PageAccess)random.Next(4);
            ulong start = map.Map(new MapRequest { Length = length, Protection = protection, Flags = AreaFlags.NoReserve }).Value.Value;
            Assert.True(start + length <= map.MapTop.Value);
            Assert.DoesNotContain(mapped, m => start < m.Start + m.Length && m.Start < start + length);
            mapped.Add((start, length));
        }

        ulong total = 0;
        mapped.ForEach(m => total += m.Length);
        Assert.Equal(total, map.Size);
    }

    [Fact]
    public void The_highest_gap_that_fits_is_taken()
    {
        HostedMachine.Start();
        MemoryMap map = MemoryMap.Create().Value;
        VirtAddr[] starts = new VirtAddr[6];
        for (int i = 0; i < starts.Length; i++)
        {
            PageAccess protection = i % 2 == 0 ? ReadWrite : PageAccess.Read;
            starts[i] = map.Map(new MapRequest { Length = 4 * PageBytes, Protection = protection }).Value;
        }

        map.Unmap(starts[1], 2 * PageBytes);
        map.Unmap(starts[4], 4 * PageBytes);
        Assert.Equal(starts[1].Value, map.Map(new MapRequest { Length = 2 * PageBytes, Protection = PageAccess.None }).Value.Value);
        Assert.Equal(starts[4].Value, map.Map(new MapRequest { Length = 4 * PageBytes, Protection = PageAccess.None }).Value.Value);
    }

    [Fact]
    public void A_256_gib_reservation_costs_no_frame()
    {
        HostedMachine.Start();
        MemoryMap map = MemoryMap.Create().Value;
        ulong before = MemoryStatistics.AvailableBytes;
        Result<VirtAddr> mapped = map.Map(new MapRequest { Length = 256UL << 30, Protection = PageAccess.None, Flags = AreaFlags.NoReserve });
        Assert.True(mapped.IsOk);
        Assert.Equal(before, MemoryStatistics.AvailableBytes);
    }

    [Fact]
    public void What_no_access_hides_comes_back()
    {
        HostedMachine.Start();
        MemoryMap map = MemoryMap.Create().Value;
        VirtAddr start = map.Map(new MapRequest { Length = 4 * PageBytes, Protection = ReadWrite }).Value;
        Assert.True(map.Space.TryWrite(start + PageBytes, 77));
        Assert.Equal(Errno.None, map.Protect(start, 4 * PageBytes, PageAccess.None));
        Assert.False(map.Space.TryRead(start + PageBytes, out int _));
        Assert.Equal(FaultOutcome.NotAllowed, map.Fault(start + PageBytes, PageAccess.Read));
        Assert.Equal(Errno.None, map.Protect(start, 4 * PageBytes, PageAccess.Read));
        Assert.True(map.Space.TryRead(start + PageBytes, out int value));
        Assert.Equal(77, value);
    }

    [Fact]
    public void Moving_keeps_contents_and_growing_adds_zeros()
    {
        HostedMachine.Start();
        MemoryMap map = MemoryMap.Create().Value;
        VirtAddr start = map.Map(new MapRequest { Length = 4 * PageBytes, Protection = ReadWrite }).Value;
        for (int i = 0; i < 4; i++)
        {
            Assert.True(map.Space.TryWrite(start + ((ulong)i * PageBytes), i + 1));
        }

        VirtAddr moved = map.Remap(start, 4 * PageBytes, 64 * PageBytes, RemapFlags.MayMove, default).Value;
        for (int i = 0; i < 64; i++)
        {
            Assert.True(map.Space.TryRead(moved + ((ulong)i * PageBytes), out int value));
            Assert.Equal(i < 4 ? i + 1 : 0, value);
        }

        Assert.Equal(64 * PageBytes, map.Size);
    }

    [Fact]
    public void A_stack_grows_up_to_its_limit()
    {
        HostedMachine.Start();
        MemoryMap map = MemoryMap.Create().Value;
        map.StackLimit = 64 * PageBytes;
        VirtAddr top = new(0x7fff_0000_0000);
        Assert.True(map.Map(new MapRequest
        {
            Address = top - PageBytes,
            Length = PageBytes,
            Placement = MapPlacement.Fixed,
            Protection = ReadWrite,
            Flags = AreaFlags.GrowsDown | AreaFlags.Stack,
        }).IsOk);
        Assert.True(map.Space.TryWrite(top - (64 * PageBytes), 1));
        Assert.False(map.Space.TryWrite(top - (65 * PageBytes), 1));
    }

    [Fact]
    public void Ten_thousand_areas_and_their_end()
    {
        HostedMachine.Start();
        ulong before = MemoryStatistics.AvailableBytes;
        MemoryMap map = MemoryMap.Create().Value;
        VirtAddr start = map.Map(new MapRequest { Length = 20_000 * PageBytes, Protection = ReadWrite, Flags = AreaFlags.NoReserve }).Value;
        for (ulong page = 0; page < 20_000; page += 2)
        {
            map.Unmap(start + (page * PageBytes), PageBytes);
        }

        Assert.Equal(10_000, map.Count);
        Assert.True(map.Space.TryWrite(start + PageBytes, 1));
        map.Release();
        Assert.Equal(before, MemoryStatistics.AvailableBytes);
    }

    private static void CheckAreas(MemoryMap map, PageAccess?[] protection, ulong start)
    {
        int page = 0;
        ulong end = 0;
        for (Area? area = map.First; area != null; area = map.Next(area))
        {
            Assert.True(area.Start.Value >= end && area.Length > 0);
            end = area.End.Value;
            for (; start + ((ulong)page * PageBytes) < area.Start.Value; page++)
            {
                Assert.Null(protection[page]);
            }

            for (; start + ((ulong)page * PageBytes) < area.End.Value; page++)
            {
                Assert.Equal(area.Protection, protection[page]);
            }
        }

        for (; page < protection.Length; page++)
        {
            Assert.Null(protection[page]);
        }
    }
}
