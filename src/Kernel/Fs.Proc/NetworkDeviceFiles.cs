using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// Interfaces below /sys/devices, with their links in /sys/class/net (Documentation/ABI/testing/sysfs-class-net). The card is where Linux
/// has the first virtio device of QEMU's microvm.
/// What depends on the link is EINVAL while the interface is down; the signs of the tables are <see cref="TextTable"/>'s.
/// </summary>
internal sealed class NetworkDeviceFiles(GeneratedFileSystem home, SocketSystem sockets)
{
    private const uint Writable = 0x1a4;

    public void AddLinks(FixedDirectory net)
    {
        ForEach(each => Link(net, each.Name, each.IsLoopback ? "../../devices/virtual/net/lo" : $"../../devices/platform/LNRO0005:00/virtio0/net/{each.Name}"));
    }

    /// <summary>/sys/devices/virtual/net: the loopback interface.</summary>
    public void AddVirtual(FixedDirectory net) => ForEach(each =>
    {
        if (each.IsLoopback)
        {
            net.AddDirectory(each.Name, directory => AddInterface(directory, each));
        }
    });

    /// <summary>/sys/devices/platform: the card and what it is plugged into.</summary>
    public void AddPlatform(FixedDirectory platform) => ForEach(each =>
    {
        if (!each.IsLoopback)
        {
            platform.AddDirectory("LNRO0005:00", place => AddPlace(place, each));
        }
    });

    public void AddDriver(FixedDirectory drivers) => ForEach(each =>
    {
        if (!each.IsLoopback)
        {
            Link(drivers.AddDirectory("virtio_net"), "virtio0", "../../../../devices/platform/LNRO0005:00/virtio0");
        }
    });

    private void AddPlace(FixedDirectory place, NetInterface card)
    {
        TextTable.AddTo(place, "=modalias acpi:LNRO0005:\n=uevent DRIVER=virtio-mmio|MODALIAS=acpi:LNRO0005:\n"u8);
        place.AddDirectory("virtio0", device =>
        {
            TextTable.AddTo(device, """
                =device 0x0001
                =modalias virtio:d00000001v554D4551
                =status 0x0000000f
                =uevent DRIVER=virtio_net|MODALIAS=virtio:d00000001v554D4551
                =vendor 0x554d4551
                """u8);
            Link(device, "driver", "../../../../bus/virtio/drivers/virtio_net");
            device.AddDirectory("net").AddDirectory(card.Name, directory => AddInterface(directory, card));
        });
    }

    private void AddInterface(FixedDirectory directory, NetInterface of)
    {
        Link(directory, "subsystem", of.IsLoopback ? "../../../../class/net" : "../../../../../../class/net");
        if (!of.IsLoopback)
        {
            Link(directory, "device", "../../../virtio0");
        }

        AddIdentity(directory, of);
        AddState(directory, of);
        directory.AddDirectory("statistics", statistics => AddStatistics(statistics, of));
        directory.AddDirectory("queues", AddQueues);
        directory.AddDirectory("power", static power =>
        {
            TextTable.AddTo(power, "!control auto\n=runtime_active_time 0\n=runtime_status unsupported\n=runtime_suspended_time 0\n"u8);
            power.AddSource("autosuspend_delay_ms", new FailingText(Errno.EIO), Writable);
        });
    }

    private static void AddIdentity(FixedDirectory directory, NetInterface of)
    {
        const int Ethernet = 1;
        const int Loopback = 772;
        TextTable.AddTo(directory, """
            =addr_assign_type 0
            =addr_len 6
            =dev_id 0x0
            =dev_port 0
            =link_mode 0
            !gro_flush_timeout 0
            !ifalias
            !napi_defer_hard_irqs 0
            !netdev_group 0
            !proto_down 0
            !threaded 0
            """u8);
        TextTable.AddTo(directory, of.IsLoopback
            ? "=broadcast 00:00:00:00:00:00\n=carrier_changes 0\n=carrier_down_count 0\n=carrier_up_count 0\n=name_assign_type 2\n"u8
            : "=broadcast ff:ff:ff:ff:ff:ff\n=carrier_changes 2\n=carrier_down_count 1\n=carrier_up_count 1\n=name_assign_type 1\n"u8);
        directory.AddText("address", text => NetworkTableFiles.AddMac(text, of.Mac, isSeparated: true).Add("\n"u8));
        directory.AddText("ifindex", of.Index + "\n");
        directory.AddText("iflink", of.Index + "\n");
        directory.AddText("type", (of.IsLoopback ? Loopback : Ethernet) + "\n");
        directory.AddSource("uevent", new UnchangingText($"INTERFACE={of.Name}\nIFINDEX={of.Index}\n"), Writable); // nobody could be told of an event
        directory.AddSource("tx_queue_len", new UnchangingText(NetInterface.QueueLimit + "\n"), Writable);
        foreach (string name in (ReadOnlySpan<string>)["phys_port_id", "phys_port_name", "phys_switch_id"])
        {
            directory.AddSource(name, new FailingText(Errno.EOPNOTSUPP));
        }
    }

    private static void AddState(FixedDirectory directory, NetInterface of)
    {
        directory.AddSource("carrier", new LinkText(of, text => text.Add(of.Device.IsLinkUp ? "1\n"u8 : "0\n"u8)), Writable);
        directory.AddSource("dormant", new LinkText(of, static text => text.Add("0\n"u8)));
        directory.AddSource("testing", new LinkText(of, static text => text.Add("0\n"u8)));

        // A virtio card has neither unless its host says so; the loopback interface cannot be asked.
        directory.AddSource("speed", of.IsLoopback ? new FailingText(Errno.EINVAL) : new LinkText(of, static text => text.Add("-1\n"u8)));
        directory.AddSource("duplex", of.IsLoopback ? new FailingText(Errno.EINVAL) : new LinkText(of, static text => text.Add("unknown\n"u8)));
        directory.AddText("operstate", text => text.Add(!of.IsUp ? "down\n"u8 : of.IsLoopback ? "unknown\n"u8 : of.Device.IsLinkUp ? "up\n"u8 : "down\n"u8));
        directory.AddSource("mtu", new InterfaceText(text => text.Add(of.Mtu).Add("\n"u8), number => InterfaceRequests.SetMtu(of, (int)number)), Writable);
        directory.AddSource("flags", new InterfaceText(
            text => text.Add("0x"u8).AddHex(InterfaceRequests.FlagsOf(of) & ~InterfaceRequests.FlagRunning, 1).Add("\n"u8),
            number => InterfaceRequests.SetFlags(of, (uint)number)), Writable);
    }

    private static void AddStatistics(FixedDirectory directory, NetInterface of)
    {
        // What only hardware gets wrong.
        TextTable.AddTo(directory, """
            =collisions 0
            =rx_compressed 0
            =rx_crc_errors 0
            =rx_fifo_errors 0
            =rx_frame_errors 0
            =rx_length_errors 0
            =rx_missed_errors 0
            =rx_nohandler 0
            =rx_over_errors 0
            =tx_aborted_errors 0
            =tx_carrier_errors 0
            =tx_compressed 0
            =tx_fifo_errors 0
            =tx_heartbeat_errors 0
            =tx_window_errors 0
            """u8);
        Count("multicast", () => of.IsLoopback ? 0 : of.Statistics.ReceivedMulticasts);
        Count("rx_bytes", () => of.Statistics.ReceivedBytes);
        Count("rx_dropped", () => of.Statistics.ReceiveDrops);
        Count("rx_errors", () => of.Statistics.ReceiveErrors);
        Count("rx_packets", () => of.Statistics.ReceivedPackets);
        Count("tx_bytes", () => of.Statistics.SentBytes);
        Count("tx_dropped", () => of.Statistics.SendDrops);
        Count("tx_errors", () => of.Statistics.SendErrors);
        Count("tx_packets", () => of.Statistics.SentPackets);

        void Count(string name, Func<ulong> read) => directory.AddText(name, text => text.Add(read()).Add("\n"u8));
    }

    private static void AddQueues(FixedDirectory queues)
    {
        queues.AddDirectory("rx-0", static queue => TextTable.AddTo(queue, "!rps_cpus 0\n!rps_flow_cnt 0\n"u8));
        queues.AddDirectory("tx-0", static queue =>
        {
            TextTable.AddTo(queue, "!tx_maxrate 0\n=tx_timeout 0\n!xps_rxqs 0\n"u8);
            queue.AddSource("traffic_class", new FailingText(Errno.ENOENT));
            queue.AddSource("xps_cpus", new FailingText(Errno.ENOENT), Writable);
            TextTable.AddTo(queue.AddDirectory("byte_queue_limits"), "!hold_time 1000\n=inflight 0\n!limit 0\n!limit_max 1879048192\n!limit_min 0\n"u8);
        });
    }

    private void Link(FixedDirectory directory, string name, string target) => directory.Add(name, new TextLink(home, home.NextInode(), text => text.Add(target)));

    private void ForEach(Action<NetInterface> action)
    {
        if (sockets.Network.TryGet(out NetStack stack))
        {
            foreach (NetInterface each in stack.Interfaces)
            {
                action(each);
            }
        }
    }

    /// <summary>What is known of a link while its interface is up.</summary>
    private sealed class LinkText(NetInterface of, Action<ByteText> write) : TextSource
    {
        public override void Write(ByteText text) => write(text);

        public override Errno TryWrite(ByteText text)
        {
            if (!of.IsUp)
            {
                return Errno.EINVAL;
            }

            write(text);
            return Errno.None;
        }

        public override Errno Store(ReadOnlySpan<byte> bytes) => of.IsUp ? Errno.EOPNOTSUPP : Errno.EINVAL;
    }

    /// <summary>A number that an interface can be given.</summary>
    private sealed class InterfaceText(Action<ByteText> write, Func<long, Errno> store) : TextSource
    {
        public override void Write(ByteText text) => write(text);

        public override Errno Store(ReadOnlySpan<byte> bytes) =>
            NumberText.TryParse(bytes.Trim(" \t\n\0"u8), out long number) && number is >= 0 and <= int.MaxValue ? store(number) : Errno.EINVAL;
    }
}
