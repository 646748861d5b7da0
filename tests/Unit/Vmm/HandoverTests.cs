using System;
using System.Collections.Generic;
using System.Text;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Processes;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Vmm;

/// <summary>The kernel's readers of what loaders hand over, on machines of several VMMs and on some that nobody should make.</summary>
public sealed class HandoverTests
{
    private const ulong Mebi = VmmMachines.Mebi;
    private const ulong Limit = 64UL << 30;

    [Fact]
    public void Firecracker_has_its_devices_on_the_command_line_and_ends_by_the_keyboard_controller()
    {
        LoadedMachine machine = VmmMachines.Firecracker();
        LoaderHandover handover = Read(machine);
        Assert.Equal([new(Mebi, 2 * Mebi), new(5 * Mebi, VmmMachines.FirecrackerRoot.Start)], handover.Memory.Ranges.ToArray());
        Assert.Equal(VmmMachines.FirecrackerRoot, handover.Module);
        string line = Text(machine, handover.CommandLine);
        Assert.Equal([(0xc000_1000UL, 5), (0xc000_2000UL, 6), (0xc000_3000UL, 7)], Devices(line));
        Assert.True(KernelCommandLine.Parse(Encoding.ASCII.GetBytes(line)).PrefersSerial);
        Assert.Equal(0, AcpiSleep.Find(machine, handover.RootPointer).Port);
    }

    [Fact]
    public void Cloud_Hypervisor_has_its_devices_on_PCI_and_ends_by_ACPI()
    {
        LoadedMachine machine = VmmMachines.CloudHypervisor();
        LoaderHandover handover = Read(machine);
        Assert.Equal([new(Mebi, 2 * Mebi), new(5 * Mebi, VmmMachines.CloudHypervisorRoot.Start)], handover.Memory.Ranges.ToArray());
        string line = Text(machine, handover.CommandLine);
        Assert.Empty(Devices(line));
        Assert.False(KernelCommandLine.Parse(Encoding.ASCII.GetBytes(line)).PrefersSerial);
        AcpiSleep sleep = AcpiSleep.Find(machine, handover.RootPointer);
        Assert.Equal((0x600, 0x34, true), (sleep.Port, sleep.Value, sleep.IsByte));
    }

    [Fact]
    public void Xen_has_everything_after_the_kernel()
    {
        LoadedMachine machine = VmmMachines.Xen();
        LoaderHandover handover = Read(machine);
        Assert.Equal([new(Mebi, 2 * Mebi), new((6 * Mebi) + 4096, 64 * Mebi)], handover.Memory.Ranges.ToArray());
        Assert.Equal(VmmMachines.XenRoot, handover.Module);
        Assert.Equal("console=hvc0 mote.exec=/hello", Text(machine, handover.CommandLine));
    }

    [Fact]
    public void A_PC_ends_by_a_word_for_PM1_control()
    {
        LoadedMachine machine = new();
        machine.PutAcpi(0xf_5000, 0, 0x604, [0x08, (byte)'_', (byte)'S', (byte)'5', (byte)'_', 0x12, 0x06, 0x04, 0, 0, 0, 0]);
        foreach (ulong pointer in (ulong[])[0, 0xf_5000])
        {
            AcpiSleep sleep = AcpiSleep.Find(machine, pointer);
            Assert.Equal((0x604, 0x2000, false), (sleep.Port, sleep.Value, sleep.IsByte));
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { (byte)'_', (byte)'S', (byte)'5', (byte)'_' })]
    [InlineData(new byte[] { (byte)'_', (byte)'S', (byte)'5', (byte)'_', 0x12 })]
    [InlineData(new byte[] { (byte)'_', (byte)'S', (byte)'5', (byte)'_', 0x12, 0xff })]
    [InlineData(new byte[] { (byte)'_', (byte)'S', (byte)'5', (byte)'_', 0x12, 0x06, 0x04, 0x0a })]
    [InlineData(new byte[] { (byte)'_', (byte)'S', (byte)'5', (byte)'_', 0x12, 0x06, 0x04, 0x0a, 8 })]
    [InlineData(new byte[] { (byte)'_', (byte)'S', (byte)'5', (byte)'_', 0x13, 0x06, 0x04, 0x0a, 5 })]
    public void A_table_that_does_not_say_how_is_no_way_out(byte[] dsdt)
    {
        LoadedMachine machine = new();
        machine.PutAcpi(0xe_0000, 0x600, 0, dsdt);
        Assert.Equal(0, AcpiSleep.Find(machine, 0xe_0000).Port);
    }

    [Fact]
    public void Any_tables_are_survived()
    {
        Random random = new(600);
        for (int round = 0; round < 3000; round++)
        {
            LoadedMachine machine = VmmMachines.CloudHypervisor();
            foreach (ulong part in (ulong[])[0xa_0000, 0xa_1000, 0xa_2000, 0xa_3000])
            {
                byte[] bytes = new byte[300];
                Assert.True(machine.TryRead(part, bytes));
                for (int i = random.Next(4); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }

                machine.Put(part, bytes);
            }

            _ = AcpiSleep.Find(machine, 0xa_0000);
        }
    }

    [Theory]
    [InlineData("PVH", 0x7000UL, 0x10_0000UL)] // no structure there
    [InlineData("PVH", 0x4000_0000UL, 0x10_0000UL)]
    [InlineData("PVH", ulong.MaxValue, 0x10_0000UL)]
    [InlineData("memory map is at 0x40000000", 0x6000UL, 0x4000_0000UL)]
    [InlineData("memory map is at 0xffffffffffffffff", 0x6000UL, ulong.MaxValue)]
    public void A_structure_that_cannot_be_read_is_named(string words, ulong startInfo, ulong map)
    {
        LoadedMachine machine = new LoadedMachine { Map = map }.Load("", default, (0, 64 * Mebi, 1));
        Assert.Contains(words, LoaderHandover.Read(machine, startInfo, VmmMachines.Image, Limit, out LoaderHandover? handover),
            StringComparison.Ordinal);
        Assert.Null(handover);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Too_little_memory_for_the_kernel_is_named(int mebibytes) =>
        Assert.Contains("from 0x200000 to 0x500000", Fault(default, (0, (ulong)mebibytes * Mebi, 1)), StringComparison.Ordinal);

    [Fact]
    public void A_hole_in_the_kernels_place_is_named()
    {
        Assert.Contains("without a hole", Fault(default, (0, 3 * Mebi, 1), ((3 * Mebi) + 4096, 64 * Mebi, 1)), StringComparison.Ordinal);
        Assert.Contains("without a hole", Fault(default, (0, 64 * Mebi, 1), (3 * Mebi, 1, 2)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 1, "over the kernel")]
    [InlineData(1, 2, "over the kernel")]
    [InlineData(63, 2, "is at 0x3f00000")]
    [InlineData(1 << 20, 1, "is at 0x10000000000")]
    public void A_root_image_in_a_wrong_place_is_named(int start, int length, string words) =>
        Assert.Contains(words, Fault(MemoryRange.Of((ulong)start * Mebi, (ulong)length * Mebi), (0, 64 * Mebi, 1)),
            StringComparison.Ordinal);

    [Fact]
    public void A_root_image_that_wraps_is_named() =>
        Assert.Contains("root image", Fault(new MemoryRange(32 * Mebi, ulong.MaxValue), (0, 64 * Mebi, 1)), StringComparison.Ordinal);

    [Fact]
    public void A_command_line_without_an_end_is_cut()
    {
        LoadedMachine machine = new LoadedMachine { CommandLine = 16 * Mebi }.Load("", default, (0, 64 * Mebi, 1));
        byte[] endless = new byte[3 * Mebi];
        endless.AsSpan().Fill((byte)'x');
        machine.Put(16 * Mebi, endless);
        Assert.Equal(Mebi, Read(machine).CommandLine.Bytes);
        Assert.Equal(0UL, Read(new LoadedMachine { CommandLine = 0 }.Load("", default, (0, 64 * Mebi, 1))).CommandLine.Bytes);
        Assert.Equal(0UL, Read(new LoadedMachine { CommandLine = ulong.MaxValue }.Load("", default, (0, 64 * Mebi, 1))).CommandLine.Bytes);
    }

    [Fact]
    public void Memory_beyond_the_limit_is_not_used_and_not_a_devices()
    {
        LoaderHandover handover =
            Read(new LoadedMachine().Load("", default, (0, 64 * Mebi, 1), (1UL << 46, Mebi, 1), (Limit - Mebi, 2 * Mebi, 1)));
        Assert.Equal(Limit, handover.End);
        Assert.Equal([new(0, 64 * Mebi), new(Limit - Mebi, Limit + Mebi), new(1UL << 46, (1UL << 46) + Mebi)], handover.Ram.ToArray());
    }

    private static string Fault(MemoryRange module, params (ulong, ulong, uint)[] map) =>
        LoaderHandover.Read(new LoadedMachine().Load("", module, map), 0x6000, VmmMachines.Image, Limit, out _) ?? "";

    private static LoaderHandover Read(LoadedMachine machine)
    {
        Assert.Null(LoaderHandover.Read(machine, machine.StartInfo, VmmMachines.Image, Limit, out LoaderHandover? handover));
        return handover!;
    }

    private static string Text(LoadedMachine machine, MemoryRange range)
    {
        byte[] bytes = new byte[range.Bytes];
        Assert.True(machine.TryRead(range.Start, bytes));
        return Encoding.ASCII.GetString(bytes);
    }

    private static IEnumerable<(ulong, int)> Devices(string line)
    {
        foreach (string word in line.Split(' '))
        {
            if (MmioDeviceWord.TryParse(Encoding.ASCII.GetBytes(word), out MmioDeviceWord device, out bool isMalformed))
            {
                yield return (device.Base, device.InterruptPin);
            }

            Assert.False(isMalformed);
        }
    }
}
