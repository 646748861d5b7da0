using Mote.Kernel.Memory;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/sys as C libraries and language runtimes read it: the CPUs, memory limits (control group v2 files), huge pages. One CPU, one memory node. The signs of the tables are <see cref="TextTable"/>'s.</summary>
public sealed class SysFileSystem : GeneratedFileSystem
{
    private const uint Writable = 0x1a4;

    private readonly FixedDirectory _root;
    private readonly MemoryPolicy _policy;

    public SysFileSystem(FileTree tree, MemoryPolicy policy)
        : base(tree.Clock)
    {
        _policy = policy;
        _root = new FixedDirectory(this, Fill);
    }

    /// <summary>Whose interfaces are in class/net; null for a machine without a network.</summary>
    public SocketSystem? Sockets { get; init; }

    public override string TypeName => "sysfs";

    public override uint Magic => 0x62656572;

    public override Inode Root => _root;

    internal override GeneratedRules Rules => GeneratedRules.Attribute;

    private void Fill(FixedDirectory root)
    {
        TextTable.AddTo(root, "block/\n"u8);
        NetworkDeviceFiles? interfaces = Sockets == null ? null : new(this, Sockets);
        FixedDirectory bus = root.AddDirectory("bus");
        TextTable.AddTo(bus, "cpu/\n"u8);
        FixedDirectory classes = root.AddDirectory("class");
        FixedDirectory devices = root.AddDirectory("devices");
        if (interfaces != null)
        {
            classes.AddDirectory("net", interfaces.AddLinks);
            devices.AddDirectory("platform", interfaces.AddPlatform);
            devices.AddDirectory("virtual").AddDirectory("net", interfaces.AddVirtual);
            bus.AddDirectory("virtio").AddDirectory("drivers", interfaces.AddDriver);
        }

        TextTable.AddTo(root.AddDirectory("dev"), "block/\nchar/\n"u8);
        devices.AddDirectory("system", AddSystem);
        TextTable.AddTo(root, "firmware/\n"u8);
        root.AddDirectory("fs").AddDirectory("cgroup", ControlGroupFiles.AddTo);
        root.AddDirectory("kernel", AddKernel);
        TextTable.AddTo(root, "module/\npower/\n"u8);
    }

    private static void AddSystem(FixedDirectory system)
    {
        TextTable.AddTo(system.AddDirectory("clocksource").AddDirectory("clocksource0"), "=available_clocksource tsc\n!current_clocksource tsc\n"u8);
        system.AddDirectory("cpu", AddCpus);
        system.AddDirectory("node", AddNode);
    }

    private static void AddCpus(FixedDirectory cpu)
    {
        TextTable.AddTo(cpu, """
            =isolated |
            =kernel_max 0
            =nohz_full |
            =offline |
            =online 0
            =possible 0
            =present 0
            """u8);
        TextTable.AddTo(cpu.AddDirectory("smt"), "=active 0\n=control notsupported\n"u8);
        FixedDirectory first = cpu.AddDirectory("cpu0");
        TextTable.AddTo(first, "=online 1\n"u8);
        TextTable.AddTo(first.AddDirectory("topology"), """
            =cluster_cpus 1
            =cluster_cpus_list 0
            =cluster_id 65535
            =core_cpus 1
            =core_cpus_list 0
            =core_id 0
            =core_siblings 1
            =core_siblings_list 0
            =die_cpus 1
            =die_cpus_list 0
            =die_id 0
            =package_cpus 1
            =package_cpus_list 0
            =physical_package_id 0
            =thread_siblings 1
            =thread_siblings_list 0
            """u8);
        FixedDirectory cache = first.AddDirectory("cache");
        AddCache(cache, "index0", "=id 0\n=level 1\n=number_of_sets 64\n=size 32K\n=type Data\n=ways_of_associativity 8\n"u8);
        AddCache(cache, "index1", "=id 0\n=level 1\n=number_of_sets 64\n=size 32K\n=type Instruction\n=ways_of_associativity 8\n"u8);
        AddCache(cache, "index2", "=id 0\n=level 2\n=number_of_sets 1024\n=size 1024K\n=type Unified\n=ways_of_associativity 16\n"u8);
        AddCache(cache, "index3", "=id 0\n=level 3\n=number_of_sets 16384\n=size 16384K\n=type Unified\n=ways_of_associativity 16\n"u8);
    }

    private static void AddCache(FixedDirectory cache, string name, System.ReadOnlySpan<byte> table)
    {
        FixedDirectory directory = cache.AddDirectory(name);
        TextTable.AddTo(directory, table);
        TextTable.AddTo(directory, "=coherency_line_size 64\n=physical_line_partition 1\n=shared_cpu_list 0\n=shared_cpu_map 1\n"u8);
    }

    private static void AddNode(FixedDirectory node)
    {
        TextTable.AddTo(node, "=has_cpu 0\n=has_memory 0\n=has_normal_memory 0\n=online 0\n=possible 0\n"u8);
        FixedDirectory first = node.AddDirectory("node0");
        TextTable.AddTo(first, "=cpulist 0\n=cpumap 1\n=distance 10\n"u8);
        first.AddText("meminfo", static text =>
        {
            ulong total = MemoryStatistics.TotalBytes;
            ulong free = MemoryStatistics.AvailableBytes;
            text.Add("Node 0 MemTotal:       "u8).AddRight(total >> 10, 8).Add(" kB\nNode 0 MemFree:        "u8).AddRight(free >> 10, 8);
            text.Add(" kB\nNode 0 MemUsed:        "u8).AddRight((total - free) >> 10, 8).Add(" kB\n"u8);
        });
        first.AddText("vmstat", static text => text.Add("nr_free_pages "u8).Add(MemoryStatistics.AvailableBytes >> PageSize.Shift).Add("\n"u8));
    }

    private void AddKernel(FixedDirectory kernel)
    {
        TextTable.AddTo(kernel, """
            =address_bits 64
            =cpu_byteorder little
            =fscaps 0
            =uevent_seqnum 0
            """u8);
        FixedDirectory memory = kernel.AddDirectory("mm");
        FixedDirectory huge = memory.AddDirectory("transparent_hugepage");
        huge.AddSource("enabled", new HugePageText(_policy), Writable);
        TextTable.AddTo(huge, """
            =defrag always defer defer+madvise madvise [never]
            =hpage_pmd_size 2097152
            =shmem_enabled always within_size advise [never] deny force
            =use_zero_page 0
            """u8);
        TextTable.AddTo(memory, "hugepages/\n"u8);
        kernel.AddDirectory("mote").AddText("heap", HeapText.Write);
    }
}
