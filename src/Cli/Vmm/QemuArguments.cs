using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Mote.Cli.Commands;

namespace Mote.Cli.Vmm;

/// <summary>QEMU's command line for a machine.</summary>
internal static class QemuArguments
{
    /// <summary>The port of isa-debug-exit, by which the guest ends the machine.</summary>
    public const int ExitPort = 0xf4;

    public static List<string> Build(MachineOptions options, string channelFolder)
    {
        int cards = options.Network.Choice.Kind == NetworkKind.None ? 0 : 1;
        List<string> arguments = Machine(options, pciDevices: 2 + cards);

        // QEMU connects in this order, which is the order in which the tool accepts.
        foreach (Channel channel in Channels.InOrder(options).Where(channel => channel != Channel.Datagrams))
        {
            arguments.Add("-chardev");
            arguments.Add($"socket,id={channel.Id()},path={Escape(Path.Combine(channelFolder, channel.SocketName()))}");
        }

        string suffix = options.Model == MachineModel.Microvm ? "-device" : "-pci,disable-legacy=on";
        // Port 0 is reserved for a console; fewer ports are fewer queues to set up at boot.
        Device($"virtio-serial{suffix},max_ports={(options.Diagnostics ? 6 : 5)}");
        Port(Channel.Input, 1);
        Port(Channel.Output, 2);
        Port(Channel.Error, 3);
        Port(Channel.Control, 4);
        if (options.Diagnostics)
        {
            Port(Channel.Diagnostics, 5);
        }

        Device($"virtio-rng{suffix}");
        AddNetwork(arguments, options.Network, options.Model, options.Accelerator, channelFolder);
        Device($"isa-debug-exit,iobase=0x{ExitPort:x},iosize=4");
        arguments.Add("-serial");
        arguments.Add($"chardev:{Channel.Serial.Id()}");

        if (options.Configuration.Length > 0)
        {
            // QEMU reads it to its end; the name is one that fw_cfg's rules leave to users.
            arguments.AddRange(["-fw_cfg", "name=opt/mote/config,file=/proc/self/fd/0"]);
        }

        if (options.IsSandboxed)
        {
            // A service that is let through is reached by a program that QEMU starts for each connection, in a session of its own (setsid(2), which counts as a change of privileges).
            arguments.AddRange(["-sandbox", options.Network.Services.Count > 0
                ? "on,obsolete=deny,elevateprivileges=allow,spawn=allow,resourcecontrol=allow"
                : "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"]);
        }

        if (options.DebuggerPort is int port)
        {
            arguments.Add("-gdb");
            arguments.Add("tcp:127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture));
            arguments.Add("-S");
        }

        return arguments;

        void Device(string text)
        {
            arguments.Add("-device");
            arguments.Add(text);
        }

        void Port(Channel channel, int number) =>
            Device($"virtserialport,chardev={channel.Id()},name={channel.PortName()},nr={number.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>The network card, if there is to be one.</summary>
    public static void AddNetwork(List<string> arguments, NetworkOptions network, MachineModel model, Accelerator accelerator, string channelFolder = "")
    {
        if (network.Choice.Kind == NetworkKind.None)
        {
            return;
        }

        // filter-dump of QEMU 7.2 writes the header that carries offloads into the file, before each packet. Without offloads there is none.
        string back = network.Choice.Kind == NetworkKind.Tap
            ? $"tap,id=net0,ifname={Escape(network.Choice.TapName)},script=no,downscript=no{(network.CapturePath is null ? "" : ",vnet_hdr=off")}{(UsesVhost(network, accelerator) ? ",vhost=on" : "")}"
            : UserNetwork(network);
        arguments.AddRange(["-netdev", back]);
        if (network.RelaysDatagrams)
        {
            // The card, QEMU's network and the tool's relay as ports of one hub.
            string relay = Escape(Path.Combine(channelFolder, Channel.Datagrams.SocketName()));
            arguments.AddRange(
            [
                "-netdev", $"stream,id=datagrams,server=off,addr.type=unix,addr.path={relay}",
                "-netdev", "hubport,id=net0,hubid=0",
                "-netdev", "hubport,id=hub1,hubid=0,netdev=user0",
                "-netdev", "hubport,id=hub2,hubid=0,netdev=datagrams",
            ]);
        }

        // Without its option ROM: nobody boots from the card.
        arguments.AddRange(["-device", model == MachineModel.Microvm ? "virtio-net-device,netdev=net0" : "virtio-net-pci,netdev=net0,disable-legacy=on,romfile="]);
        if (network.CapturePath is not null)
        {
            arguments.AddRange(["-object", $"filter-dump,id=capture,netdev=net0,file={Escape(network.CapturePath)}"]);
        }
    }

    /// <summary>
    /// Whether the host's kernel carries a tap's packets itself: where it can, and QEMU need not see them. Under the emulator, QEMU is
    /// what takes the time.
    /// </summary>
    private static bool UsesVhost(NetworkOptions network, Accelerator accelerator) =>
        accelerator == Accelerator.Kvm && network.CapturePath is null && CanOpen("/dev/vhost-net");

    private static bool CanOpen(string device)
    {
        try
        {
            using FileStream opened = new(device, FileMode.Open, FileAccess.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// QEMU's own network. A closed one drops what the machine sends but answers to published ports and what goes to a service that is let through; IPv6, for which QEMU has no such rules, is off.
    /// </summary>
    private static string UserNetwork(NetworkOptions network)
    {
        List<string> parts = [network.Choice.Kind == NetworkKind.Closed ? $"user,id={(network.RelaysDatagrams ? "user0" : "net0")},restrict=on,ipv6=off" : "user,id=net0"];
        parts.AddRange(network.Ports.Where(port => !(port.IsUdp && network.RelaysDatagrams)).Select(port => "hostfwd=" + port.ToRule()));
        parts.AddRange(network.Services.Select(service => "guestfwd=" + Escape(service.ToRule(RelayCommand.Words))));
        return string.Join(',', parts);
    }

    /// <summary>The part without devices, which a probe needs too.</summary>
    /// <param name="pciDevices">How many follow on PCI, where the machine has it: QEMU gives them the first places of the bus, and the
    /// kernel need not look for more.</param>
    public static List<string> Machine(MachineOptions options, int pciDevices)
    {
        // maxcpus=2 for the emulator alone (KVM warns of CPUs that nobody plugs in): with one possible CPU, QEMU's TCG leaves out the guest's memory fences and virtio notifications get lost (seen with 7.2).
        List<string> arguments =
        [
            "-no-user-config", "-nodefaults", "-display", "none", "-no-reboot",
            "-M", options.Model == MachineModel.Microvm ? "microvm,acpi=off,pic=off,pit=off,rtc=off,isa-serial=on" : "q35",
            "-accel", options.Accelerator == Accelerator.Kvm ? "kvm" : "tcg",
            "-cpu", "max",
            "-smp", options.Accelerator == Accelerator.Kvm ? "1" : "1,maxcpus=2",
            "-m", "size=" + options.Memory.MebibytesRoundedUp.ToString(CultureInfo.InvariantCulture) + "M",
            "-kernel", options.KernelPath,
        ];
        if (options.Model == MachineModel.Microvm)
        {
            arguments.Add("-global");
            arguments.Add("virtio-mmio.force-legacy=false");
        }

        if (options.RootImagePath is not null)
        {
            arguments.Add("-initrd");
            arguments.Add(options.RootImagePath);
        }

        string words = options.Model == MachineModel.Q35 ? $"{options.KernelCommandLine} mote.pci={pciDevices.ToString(CultureInfo.InvariantCulture)}".TrimStart() : options.KernelCommandLine;
        if (words.Length > 0)
        {
            arguments.Add("-append");
            arguments.Add(words);
        }

        return arguments;
    }

    /// <summary>QEMU's option lists end a value at a comma; a doubled one stands for itself.</summary>
    private static string Escape(string value) => value.Replace(",", ",,", System.StringComparison.Ordinal);
}
