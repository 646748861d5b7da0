using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Data arrives whole whatever the wire does to it.</summary>
public sealed class TcpTransferTests
{
    private const NetDeviceFeatures Offload = NetDeviceFeatures.SendChecksum | NetDeviceFeatures.SegmentV4 | NetDeviceFeatures.SegmentV6;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Data_goes_both_ways(bool hasOffload, bool isV6)
    {
        TcpPair pair = new(hasOffload ? Offload : NetDeviceFeatures.None, isV6: isV6);
        (TcpConnection client, TcpConnection server) = pair.Establish();
        pair.Transfer(client, server, 1_000_000);
        pair.Transfer(server, client, 300_000);
        pair.Transfer(client, server, 1);
        pair.CloseBoth(client, server);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void Loopback_carries_data_without_a_wire()
    {
        TcpPair pair = new();
        TcpListener listener = pair.Listen(on: pair.A);
        TcpConnection client = pair.Socket(pair.A);
        Assert.Equal(NetError.InProgress, client.Connect(new EndpointAddress(IpAddress.LoopbackV4, TcpPair.Port), pair.Now));
        TcpConnection server = listener.Accept(pair.Now)!;
        Assert.Equal(TcpState.Established, client.State);
        pair.Transfer(client, server, 3_000_000);
        pair.Transfer(server, client, 70_000);
        pair.CloseBoth(client, server);
        listener.Close(pair.Now);
        pair.CheckNothingLeft();
        Assert.Equal(0, pair.Wire.Frames);
    }

    public static TheoryData<double, double, double, double, int> Grid
    {
        get
        {
            TheoryData<double, double, double, double, int> grid = [];
            int seed = 0;
            foreach (double loss in (double[])[0, 0.01, 0.1])
            {
                foreach (double reordering in (double[])[0, 0.2])
                {
                    foreach (double duplication in (double[])[0, 0.1])
                    {
                        foreach (double corruption in (double[])[0, 0.02])
                        {
                            grid.Add(loss, reordering, duplication, corruption, ++seed);
                        }
                    }
                }
            }

            return grid;
        }
    }

    [Theory]
    [MemberData(nameof(Grid))]
    public void A_bad_wire_changes_nothing(double loss, double reordering, double duplication, double corruption, int seed)
    {
        TcpPair pair = new(seed % 2 == 0 ? Offload : NetDeviceFeatures.None);
        pair.Wire.Delay = (ulong)(seed % 3 * 10 + 1) * VirtualWire.Millisecond;
        pair.Wire.Faults = new Faults(seed) { Loss = loss, Reordering = reordering, Duplication = duplication, Corruption = corruption };
        (TcpConnection client, TcpConnection server) = pair.Establish();
        pair.Transfer(client, server, 400_000, seed);
        pair.Transfer(server, client, 50_000, seed);
        pair.CloseBoth(client, server);
        pair.CheckNothingLeft();
    }

    [Fact]
    public void What_is_unfinished_is_counted_until_the_peer_has_it()
    {
        TcpPair pair = new();
        TcpListener listener = pair.Listen(prepare: socket =>
        {
            socket.Settings.ReceiveBuffer = 4096;
            socket.Settings.IsReceiveBufferFixed = true;
        });
        TcpConnection client = pair.Connect();
        TcpConnection server = pair.Accept(listener);
        Assert.Equal(NetError.None, client.Send(new byte[30_000], pair.Now, out int sent));
        Assert.Equal(0, pair.A.Stack.FindUnfinished().Left); // the program may still send more
        client.Close(pair.Now);
        pair.Wire.Run(VirtualWire.Second);
        Unfinished first = pair.A.Stack.FindUnfinished();
        Assert.InRange(first.Left, 2, sent); // the peer's buffer is full
        pair.Wire.Run(10 * VirtualWire.Second);
        Unfinished later = pair.A.Stack.FindUnfinished();
        Assert.Equal(first.Left, later.Left);
        Assert.True(later.LastHeard > first.LastHeard); // it answers probes
        byte[] to = new byte[65536];
        int received = 0;
        pair.Wire.RunUntil(() => server.Receive(to, pair.Now, out int count) == NetError.None && (received += count) == sent, 600 * VirtualWire.Second);
        Assert.Equal(sent, received);
        pair.Wire.Run(VirtualWire.Second);
        Assert.Equal(0, pair.A.Stack.FindUnfinished().Left);
    }
}
