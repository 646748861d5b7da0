using System;
using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Image;

/// <summary>Starts the network cards that there are and sets the first up as the command line says. A machine without a card makes its stack when a program asks for it.</summary>
internal sealed class NetworkStart(Network network, TimerQueue timers, FileTree tree, KernelLog log)
{
    public void Run(IReadOnlyList<VirtioTransport> transports, ReadOnlySpan<byte> words)
    {
        NetworkDevice? first = null;
        int count = 0;
        foreach (VirtioTransport transport in transports)
        {
            if (transport.DeviceType != VirtioDeviceType.Network)
            {
                continue;
            }

            if (!network.TryGet(out NetStack stack))
            {
                log.Write("network: there is no memory for it");
                return;
            }

            NetworkDevice? device = NetworkDevice.TryStart(transport, new DmaMemory(), log, stack, network.Timer, timers, "eth" + count.ToString());
            count += device == null ? 0 : 1;
            first ??= device;
        }

        if (first?.Card.Interface is { } card)
        {
            SetUp(first, card, words);
        }
    }

    private void SetUp(NetworkDevice device, NetInterface card, ReadOnlySpan<byte> words)
    {
        if (!NetworkSettings.TryParse(words, out NetworkSettings settings) || !settings.TryApply(card.Stack, card))
        {
            log.Write("network: a part of mote.net on the kernel's command line means nothing");
        }

        IReadOnlyList<IpAddress> servers = settings.NameServers;
        if (settings.UsesDhcp)
        {
            card.Dhcp.Start(Clock.Now);
            servers = WaitForLease(device, card) ?? servers;
        }

        if (servers.Count > 0)
        {
            WriteNameServers(servers);
        }

        if (settings.Hosts.Count > 0)
        {
            WriteHosts(settings.Hosts);
        }

        card.RouterDiscovery.Start(Clock.Now);
        network.Update();
    }

    /// <summary>The name servers of the lease. Programs look for them at their start, so the machine waits a while; after that the program starts, and the address may still come.</summary>
    private IReadOnlyList<IpAddress>? WaitForLease(NetworkDevice device, NetInterface card)
    {
        const ulong PatienceNs = 5_000_000_000;
        Instant deadline = Clock.Now.Plus(PatienceNs);
        while (card.Dhcp.Lease == null && Clock.Now < deadline)
        {
            device.Poll();
            network.Update();
            timers.ExpireDue(Clock.Now);
        }

        if (card.Dhcp.Lease == null)
        {
            log.Write("network: nobody has given the machine an address yet");
        }

        return card.Dhcp.Lease?.DnsServers;
    }

    /// <summary>/etc/resolv.conf (resolv.conf(5)), in place of what the image has.</summary>
    private void WriteNameServers(IReadOnlyList<IpAddress> servers)
    {
        StringBuilder text = new();
        Span<byte> address = stackalloc byte[IpText.LongestText];
        foreach (IpAddress server in servers)
        {
            _ = text.Append("nameserver ").Append(Encoding.ASCII.GetString(address[..IpText.Write(server, address)])).Append('\n');
        }

        WriteFile("/etc/resolv.conf"u8, OpenFlags.Truncate, text.ToString());
    }

    /// <summary>Names of services that the tool lets the machine reach, behind what the image has in /etc/hosts (hosts(5)).</summary>
    private void WriteHosts(IReadOnlyList<byte[]> lines)
    {
        StringBuilder text = new();
        foreach (byte[] line in lines)
        {
            _ = text.Append(Encoding.ASCII.GetString(line)).Append('\n');
        }

        WriteFile("/etc/hosts"u8, OpenFlags.Append, text.ToString());
    }

    private void WriteFile(ReadOnlySpan<byte> path, OpenFlags how, string text)
    {
        const uint Mode = 0x1a4; // 0644
        FsContext context = new(tree.Root);
        Result<OpenFile> file = tree.Open(context, tree.Root, path, OpenFlags.WriteOnly | OpenFlags.Create | how, Mode);
        if (!file.IsOk)
        {
            log.Write($"network: {Encoding.ASCII.GetString(path)} cannot be written");
            return;
        }

        DataSource source = new(Encoding.ASCII.GetBytes(text));
        _ = file.Value.Write(ref source); // to memory: it is short of it or not
        file.Value.Release();
    }
}
