using Mote.Kernel.Memory;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/sys as C libraries and language runtimes read it: the CPUs, memory limits (control group v2 files), huge pages. One CPU, one memory node.</summary>
public sealed class SysFileSystem : GeneratedFileSystem
{
    private readonly FixedDirectory _root;
    private readonly MemoryPolicy _policy;

    public SysFileSystem(FileTree tree, MemoryPolicy policy)
        : base(tree.Clock)
    {
        _policy = policy;
        _root = new FixedDirectory(this, Fill);
    }

    public override string TypeName => "sysfs";

    public override uint Magic => 0x62656572;

    public override Inode Root => _root;

    private void Fill(FixedDirectory root)
    {
        root.AddDirectory("devices").AddDirectory("system", AddSystem);
        root.AddDirectory("fs").AddDirectory("cgroup", AddControlGroup);
        root.AddDirectory("kernel", AddKernel);
        root.AddDirectory("class").AddDirectory("net");
        root.AddDirectory("block");
        root.AddDirectory("bus");
    }

    private static void AddSystem(FixedDirectory system)
    {
        system.AddDirectory("cpu", AddCpus);
        FixedDirectory node = system.AddDirectory("node");
        node.AddText("online", "0\n");
        node.AddText("possible", "0\n");
        node.AddText("has_cpu", "0\n");
        node.AddText("has_memory", "0\n");
        node.AddText("has_normal_memory", "0\n");
        FixedDirectory first = node.AddDirectory("node0");
        first.AddText("cpulist", "0\n");
        first.AddText("cpumap", "1\n");
        first.AddText("meminfo", static text =>
        {
            ulong total = MemoryStatistics.TotalBytes;
            ulong free = MemoryStatistics.AvailableBytes;
            text.Add("Node 0 MemTotal:       "u8).AddRight(total >> 10, 8).Add(" kB\nNode 0 MemFree:        "u8).AddRight(free >> 10, 8);
            text.Add(" kB\nNode 0 MemUsed:        "u8).AddRight((total - free) >> 10, 8).Add(" kB\n"u8);
        });
        first.AddText("distance", "10\n");
    }

    private static void AddCpus(FixedDirectory cpu)
    {
        cpu.AddText("online", "0\n");
        cpu.AddText("possible", "0\n");
        cpu.AddText("present", "0\n");
        cpu.AddText("offline", "\n");
        cpu.AddText("kernel_max", "0\n");
        FixedDirectory first = cpu.AddDirectory("cpu0");
        first.AddText("online", "1\n");
        FixedDirectory topology = first.AddDirectory("topology");
        topology.AddText("core_id", "0\n");
        topology.AddText("physical_package_id", "0\n");
        topology.AddText("thread_siblings", "1\n");
        topology.AddText("thread_siblings_list", "0\n");
        topology.AddText("core_siblings", "1\n");
        topology.AddText("core_siblings_list", "0\n");
        FixedDirectory cache = first.AddDirectory("cache");
        AddCache(cache, 0, "1", "Data", "32K", "64", "8");
        AddCache(cache, 1, "1", "Instruction", "32K", "64", "8");
        AddCache(cache, 2, "2", "Unified", "1024K", "1024", "16");
        AddCache(cache, 3, "3", "Unified", "16384K", "16384", "16");
    }

    private static void AddCache(FixedDirectory cache, int index, string level, string type, string size, string sets, string ways)
    {
        FixedDirectory directory = cache.AddDirectory("index" + (char)('0' + index));
        directory.AddText("level", level + "\n");
        directory.AddText("type", type + "\n");
        directory.AddText("size", size + "\n");
        directory.AddText("coherency_line_size", "64\n");
        directory.AddText("number_of_sets", sets + "\n");
        directory.AddText("ways_of_associativity", ways + "\n");
        directory.AddText("shared_cpu_list", "0\n");
        directory.AddText("shared_cpu_map", "1\n");
    }

    private static void AddControlGroup(FixedDirectory group)
    {
        // The machine is the limit: the group has none of its own (Documentation/admin-guide/cgroup-v2.rst).
        group.AddText("cgroup.controllers", "cpu memory\n");
        group.AddText("cgroup.procs", "1\n");
        group.AddText("cgroup.subtree_control", "\n");
        group.AddText("memory.max", "max\n");
        group.AddText("memory.high", "max\n");
        group.AddText("memory.swap.max", "max\n");
        group.AddText("memory.current", static text => text.Add(MemoryStatistics.TotalBytes - MemoryStatistics.AvailableBytes).Add("\n"u8));
        group.AddText("memory.stat", "anon 0\nfile 0\ninactive_file 0\nactive_file 0\n");
        group.AddText("cpu.max", "max 100000\n");
        group.AddText("cpu.weight", "100\n");
        group.AddText("cpu.stat", "usage_usec 0\nuser_usec 0\nsystem_usec 0\n");
    }

    private void AddKernel(FixedDirectory kernel)
    {
        FixedDirectory memory = kernel.AddDirectory("mm");
        FixedDirectory huge = memory.AddDirectory("transparent_hugepage");
        huge.Add("enabled", new GeneratedFile(this, NextInode(), 0x1a4, new HugePageText(_policy)));
        huge.AddText("defrag", "always defer defer+madvise madvise [never]\n");
        huge.AddText("shmem_enabled", "always within_size advise [never] deny force\n");
        huge.AddText("hpage_pmd_size", "2097152\n");
        huge.AddText("use_zero_page", "0\n");
        memory.AddDirectory("hugepages");
        kernel.AddDirectory("mote").AddText("heap", HeapText.Write);
    }
}
