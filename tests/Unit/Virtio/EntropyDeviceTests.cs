using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Kernel.Random;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Virtio;

public sealed class EntropyDeviceTests
{
    private readonly DmaMemory _memory = new();
    private readonly KernelLog _log = new();

    public EntropyDeviceTests() => HostedMachine.Start();

    [Fact]
    public void Bytes_are_asked_for_at_once_and_mixed_in_when_they_come()
    {
        FakeTransport transport = new(_memory, VirtioDeviceType.Entropy);
        EntropyPool pool = new(_log);
        EntropyDevice? device = EntropyDevice.TryStart(transport, _memory, pool, _log);
        Assert.NotNull(device);
        Assert.Equal(1, transport.Kicks);
        FakeBuffer buffer = Assert.Single(transport.Queues[0].TakeAvailable());
        Assert.True(buffer.IsWritable);
        transport.Interrupt();
        transport.Queues[0].Complete(buffer.Id, 64);
        transport.Interrupt();
        Assert.False(device.IsBroken);
    }

    [Fact]
    public void More_bytes_than_asked_for_end_the_device()
    {
        FakeTransport transport = new(_memory, VirtioDeviceType.Entropy);
        EntropyDevice? device = EntropyDevice.TryStart(transport, _memory, new EntropyPool(_log), _log);
        transport.Queues[0].Complete(0, 65);
        transport.Interrupt();
        Assert.True(device!.IsBroken);
    }

    [Fact]
    public void A_machine_that_needs_the_bytes_waits_for_them_and_no_longer()
    {
        FakeTransport transport = new(_memory, VirtioDeviceType.Entropy);
        EntropyDevice? device = EntropyDevice.TryStart(transport, _memory, new EntropyPool(_log), _log);
        Assert.False(device!.WaitForBytes(Clock.Now));
        transport.Queues[0].Complete(transport.Queues[0].TakeAvailable()[0].Id, 0);
        Assert.False(device.WaitForBytes(Clock.Now), "no bytes are no seed");

        transport = new(_memory, VirtioDeviceType.Entropy);
        device = EntropyDevice.TryStart(transport, _memory, new EntropyPool(_log), _log);
        transport.Queues[0].Complete(transport.Queues[0].TakeAvailable()[0].Id, 64);
        Assert.True(device!.WaitForBytes(Clock.Now.Plus(1)));
    }

    [Theory]
    [InlineData(1u, 16u)] // an id that was never offered
    [InlineData(0xffff_ffffu, 16u)]
    [InlineData(0u, 0xffff_ffffu)] // more than there is room for
    public void Wrong_answers_end_the_device(uint id, uint length)
    {
        FakeTransport transport = new(_memory, VirtioDeviceType.Entropy);
        EntropyPool pool = new(_log);
        EntropyDevice? device = EntropyDevice.TryStart(transport, _memory, pool, _log);
        transport.Queues[0].PutUsed(0, id, length);
        transport.Queues[0].SetUsedIndex(1);
        transport.Interrupt();
        Assert.True(device!.IsBroken);
        Assert.Equal(0u, (uint)transport.Status);
        Assert.False(device.WaitForBytes(Instant.Never), "nobody waits for a device that was given up");
    }

    [Fact]
    public void An_answer_given_twice_ends_the_device()
    {
        FakeTransport transport = new(_memory, VirtioDeviceType.Entropy);
        EntropyDevice? device = EntropyDevice.TryStart(transport, _memory, new EntropyPool(_log), _log);
        transport.Queues[0].Complete(0, 16);
        transport.Interrupt();
        Assert.False(device!.IsBroken);
        transport.Queues[0].Complete(0, 16);
        transport.Interrupt();
        Assert.True(device.IsBroken);
    }
}
