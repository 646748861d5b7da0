using System;
using System.Linq;
using System.Text;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Kernel.Tasks;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Virtio;

public sealed class ConsoleDeviceTests
{
    private readonly DmaMemory _memory = new();
    private readonly KernelLog _log = new();
    private readonly RecordingSink _lines = new();
    private readonly FakeConsole _host;

    public ConsoleDeviceTests()
    {
        HostedMachine.Start();
        _log.Attach(_lines);
        _host = new FakeConsole(_memory);
    }

    [Fact]
    public void Ports_are_found_by_name()
    {
        ConsoleDevice device = Start();
        Assert.NotNull(device.Open("mote.stdout"u8, PortUse.Output, default));
        Assert.NotNull(device.Open("mote.stdin"u8, PortUse.Input, default));
        Assert.Null(device.Open("mote.std"u8, PortUse.Output, default));
    }

    /// <summary>As Cloud Hypervisor's console.</summary>
    [Fact]
    public void A_console_without_names_has_one_port_for_both_ways()
    {
        _host.Transport.Offered &= ~2UL;
        ConsoleDevice device = Start();
        Assert.False(device.HasNames);
        Assert.Equal([0, 1], _host.Transport.Queues.Keys.Order());
        Assert.Null(device.Open("mote.stdout"u8, PortUse.Output, default));
        VirtioConsolePort port = device.OpenOnly()!;
        Assert.Equal(5, port.Write("hello"u8));
        Assert.Equal("hello"u8.ToArray(), _host.Output[0]);
        _host.SendInput(0, "typed");
        device.Handle();
        byte[] read = new byte[16];
        Assert.Equal(5, port.Read(read));
    }

    [Fact]
    public void A_device_that_interrupts_without_end_is_reset_and_named_in_the_log()
    {
        ConsoleDevice device = Start();
        VirtioConsolePort port = device.Open("mote.stdout"u8, PortUse.Output, default)!;
        device.OnFlood();
        Assert.True(device.IsBroken);
        Assert.True(port.IsBroken);
        Assert.Equal(0, _host.Transport.Status);
        Assert.Contains(_lines.Lines, line => line.Contains("interrupts without end", StringComparison.Ordinal));
        device.Handle();
    }

    [Fact]
    public void A_write_arrives_whole_and_in_order_with_one_kick()
    {
        VirtioConsolePort port = Open("mote.stdout", PortUse.Output);
        int before = _host.Transport.Kicks;
        byte[] data = Bytes(20_000, 1);
        Assert.Equal(data.Length, port.Write(data));
        Assert.Equal(before + 1, _host.Transport.Kicks);
        byte[] more = Bytes(300_000, 2);
        Assert.Equal(more.Length, port.Write(more));
        Assert.Equal(data.Concat(more), _host.Output[2]);
    }

    [Fact]
    public void A_write_to_a_slow_host_is_taken_in_parts_and_continues_when_told()
    {
        VirtioConsolePort port = Open("mote.stdout", PortUse.Output);
        _host.HoldsOutput = true;
        byte[] data = Bytes(100_000, 3);
        int taken = port.Write(data);
        Assert.InRange(taken, 1, data.Length - 1);
        Assert.Equal(0, port.Write(data.AsSpan(taken)));
        Assert.False(port.IsWritable);
        RecordingWaiter waiter = new();
        port.Readiness.Add(waiter);
        while (taken < data.Length)
        {
            _host.Release(2, 0);
            _host.Transport.Interrupt();
            Assert.True(waiter.Told > 0);
            Assert.True(port.IsWritable);
            taken += port.Write(data.AsSpan(taken));
        }

        Assert.Equal(data, _host.Output[2]);
    }

    [Fact]
    public void Buffers_that_come_back_out_of_order_are_not_overwritten_early()
    {
        VirtioConsolePort port = Open("mote.stdout", PortUse.Output);
        _host.HoldsOutput = true;
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(4096, port.Write(Bytes(4096, i)));
        }

        Assert.Equal(0, port.Write("x"u8));
        _host.Release(2, 3);
        _host.Transport.Interrupt();
        Assert.Equal(0, port.Write("x"u8));
        _host.Release(2, 0);
        _host.Transport.Interrupt();
        Assert.Equal(4096, port.Write(Bytes(5000, 9)));
    }

    [Fact]
    public void The_end_of_input_comes_after_all_input()
    {
        VirtioConsolePort port = Open("mote.stdin", PortUse.Input);
        Assert.False(port.IsEndOfInput);
        Assert.Equal(0, port.Read(new byte[10]));
        _host.SendInput(1, "hello ");
        _host.SendInput(1, "world");
        _host.Send(1, ConsoleEvent.PortOpen, 0);
        _host.Transport.Interrupt();
        Assert.False(port.IsEndOfInput);
        byte[] bytes = new byte[8];
        Assert.Equal(8, port.Read(bytes));
        Assert.Equal("hello wo", Encoding.ASCII.GetString(bytes));
        Assert.Equal(3, port.Read(bytes));
        Assert.True(port.IsEndOfInput);
    }

    [Fact]
    public void Input_buffers_are_given_again()
    {
        VirtioConsolePort port = Open("mote.stdin", PortUse.Input);
        byte[] bytes = new byte[100];
        for (int i = 0; i < 1000; i++)
        {
            _host.SendInput(1, $"line {i}");
            int count = port.Read(bytes);
            Assert.Equal($"line {i}", Encoding.ASCII.GetString(bytes, 0, count));
        }
    }

    [Fact]
    public void Draining_waits_for_the_host_up_to_the_deadline()
    {
        VirtioConsolePort port = Open("mote.stdout", PortUse.Output);
        _host.HoldsOutput = true;
        port.Write("text"u8);
        Assert.False(port.Drain(Clock.Now.Plus(1000)));
        _host.Release(2, 0);
        Assert.True(port.Drain(Clock.Now.Plus(1000)));
    }

    [Fact]
    public void A_device_that_lies_is_reset_and_given_up()
    {
        ConsoleDevice device = Start();
        VirtioConsolePort port = device.Open("mote.stdout"u8, PortUse.Output, default)!;
        RecordingWaiter waiter = new();
        port.Readiness.Add(waiter);
        _host.Transport.Queues[7].Complete(31, 0);
        _host.Transport.Interrupt();
        Assert.True(device.IsBroken);
        Assert.True(port.IsBroken);
        Assert.True(port.IsEndOfInput);
        Assert.True(port.IsWritable);
        Assert.Equal(0, port.Write("text"u8));
        Assert.Equal(0, _host.Transport.Status);
        Assert.Equal(1, waiter.Told);
        Assert.Contains(_lines.Lines, l => l.Contains("fake broke the protocol of a send queue", StringComparison.Ordinal));
        _host.Transport.Interrupt();
        Assert.Null(device.Open("mote.stdin"u8, PortUse.Input, default));
    }

    [Fact]
    public void A_legacy_device_is_refused_with_a_reason()
    {
        _host.Transport.Offered = 2;
        Assert.Null(ConsoleDevice.TryStart(_host.Transport, _memory, _log));
        Assert.Contains(_lines.Lines, l => l.Contains("legacy", StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_refuses_the_features_is_not_driven()
    {
        _host.Transport.AcceptsFeatures = false;
        Assert.Null(ConsoleDevice.TryStart(_host.Transport, _memory, _log));
    }

    [Fact]
    public void Messages_for_ports_that_are_not_there_do_nothing()
    {
        ConsoleDevice device = Start();
        _host.Send(77, ConsoleEvent.PortAdd, 1);
        _host.Send(-1, ConsoleEvent.PortOpen, 1);
        _host.Send(1, (ConsoleEvent)999, 1, "text");
        _host.Send(1, ConsoleEvent.PortName, 1, "another");
        _host.Transport.Interrupt();
        Assert.False(device.IsBroken);
        Assert.NotNull(device.Open("mote.stdin"u8, PortUse.Input, default));
    }

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private ConsoleDevice Start()
    {
        ConsoleDevice? device = ConsoleDevice.TryStart(_host.Transport, _memory, _log);
        Assert.NotNull(device);
        return device;
    }

    private VirtioConsolePort Open(string name, PortUse use)
    {
        VirtioConsolePort? port = Start().Open(Encoding.ASCII.GetBytes(name), use, default);
        Assert.NotNull(port);
        return port;
    }

    private sealed class RecordingWaiter : Waiter
    {
        public int Told { get; private set; }

        public override bool Notify(uint events)
        {
            Told++;
            return false;
        }
    }
}
