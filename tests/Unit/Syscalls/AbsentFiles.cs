using System;
using System.Linq;

namespace Mote.Tests.Unit.Syscalls;

/// <summary>Files of /dev, /proc and /sys that Linux 6.1 has and this kernel has not, with the reason. A path that ends with a star stands for all that begin with it.</summary>
internal static class AbsentFiles
{
    public static readonly (string Paths, string Reason)[] All =
    [
        ("/proc/acpi /proc/irq /proc/dma /proc/ioports /proc/iomem /proc/mtrr /proc/bus/* /proc/scsi /proc/asound /proc/fb /proc/mdstat", "the hardware that they describe is not there, or no program is to drive it"),
        ("/proc/buddyinfo /proc/pagetypeinfo /proc/zoneinfo /proc/slabinfo /proc/vmallocinfo /proc/softirqs /proc/timer_list /proc/schedstat /proc/sched_debug /proc/latency_stats", "they show the insides of Linux's allocators, interrupts and timers"),
        ("/proc/kallsyms /proc/kcore /proc/kpagecgroup /proc/kpagecount /proc/kpageflags /proc/kmsg /proc/config.gz /proc/dynamic_debug /proc/[n]/stack /proc/[n]/task/[n]/stack", "the kernel's addresses, pages and log are not for programs; there is no Linux configuration"),
        ("/proc/consoles /proc/sysrq-trigger", "no console takes orders"),
        ("/proc/crypto /proc/key-users /proc/keys /proc/sys/kernel/keys*", "no keyrings and no ciphers for programs"),
        ("/proc/pressure", "as on a Linux started without psi=1"),
        ("/proc/[n]/attr /proc/[n]/task/[n]/attr", "no security module"),
        ("/proc/[n]/autogroup /proc/[n]/patch_state /proc/[n]/task/[n]/patch_state /proc/[n]/cpu_resctrl_groups /proc/[n]/task/[n]/cpu_resctrl_groups /proc/[n]/seccomp_cache", "no groups of the scheduler, live patches, cache partitions or filters"),
        ("/proc/[n]/latency /proc/[n]/make-it-fail /proc/[n]/fail-nth /proc/[n]/ksm_merging_pages /proc/[n]/ksm_stat /proc/[n]/task/[n]/ksm_merging_pages /proc/[n]/task/[n]/ksm_stat", "options of Linux's configuration that distributions leave out, or newer than 6.1"),
        ("/proc/sys/kernel/bootloader* /proc/sys/kernel/firmware_config* /proc/sys/kernel/real-root-dev /proc/sys/kernel/modprobe /proc/sys/kernel/usermodehelper* /proc/sys/kernel/poweroff_cmd /proc/sys/kernel/cad_pid", "no boot loader, firmware, modules and programs that the kernel would start"),
        ("/proc/sys/kernel/ftrace* /proc/sys/kernel/trace* /proc/sys/kernel/bpf_stats_enabled /proc/sys/kernel/perf_cpu* /proc/sys/kernel/perf_event_m* /proc/sys/kernel/stack_tracer_enabled", "no tracing, BPF and performance counters"),
        ("/proc/sys/kernel/hardlockup* /proc/sys/kernel/softlockup* /proc/sys/kernel/hung_task* /proc/sys/kernel/nmi_watchdog /proc/sys/kernel/soft_watchdog /proc/sys/kernel/watchdog*", "no watchdogs"),
        ("/proc/sys/kernel/oops* /proc/sys/kernel/panic_on_io_nmi /proc/sys/kernel/panic_on_rcu_stall /proc/sys/kernel/panic_on_unrecovered_nmi /proc/sys/kernel/panic_print /proc/sys/kernel/panic_sys_info", "a panic ends the machine, whatever its cause"),
        ("/proc/sys/kernel/unknown_nmi_panic /proc/sys/kernel/warn_limit /proc/sys/kernel/max_lock_depth /proc/sys/kernel/max_rcu_stall_to_panic /proc/sys/kernel/printk_devkmsg /proc/sys/kernel/split_lock_mitigate", "guards of Linux's own code and log"),
        ("/proc/sys/kernel/numa_balancing* /proc/sys/vm/numa* /proc/sys/vm/zone_reclaim_mode /proc/sys/vm/min_slab_ratio /proc/sys/vm/min_unmapped_ratio /proc/sys/vm/stat_refresh", "one memory node, and no zones"),
        ("/proc/sys/kernel/sched_cfs* /proc/sys/kernel/sched_deadline* /proc/sys/kernel/sched_rt_period_us /proc/sys/kernel/sched_rt_runtime_us", "threads take turns; there is no bandwidth to divide"),
        ("/proc/sys/kernel/msg_next_id /proc/sys/kernel/sem_next_id /proc/sys/kernel/shm_next_id /proc/sys/kernel/ns_last_pid", "as on a Linux without checkpointing"),
        ("/proc/sys/kernel/seccomp* /proc/sys/kernel/yama* /proc/sys/kernel/io_uring* /proc/sys/kernel/pty/nr /proc/sys/fs/aio* /proc/sys/fs/fanotify* /proc/sys/fs/mqueue* /proc/sys/fs/quota* /proc/sys/fs/lease-break-time", "the calls that they limit are not there"),
        ("/proc/sys/fs/dentry* /proc/sys/fs/inode*", "figures of Linux's caches"),
        ("/proc/sys/user/max_fanotify* /proc/sys/user/max_inotify*", "one user: the limits of /proc/sys/fs/inotify hold"),
        ("/proc/sys/abi* /proc/sys/vm/mmap_rnd* /proc/sys/vm/hugetlb_optimize_vmemmap", "no 32-bit programs, no huge page pool; the bits of chance in addresses are fixed"),
        ("/proc/sys/dev/tty/legacy_tiocsti /proc/sys/kernel/core_file_note_size_limit /proc/sys/kernel/core_modes /proc/sys/kernel/core_sort_vma /proc/sys/vm/defrag_mode /proc/sys/vm/memfd_noexec", "newer than Linux 6.1"),
        ("/proc/sys/vm/shrink_inodes_with_pagecache /proc/sys/vm/vfs_cache_pressure_denom", "newer than Linux 6.1"),
        ("/proc/[n]/net/connector /proc/[n]/net/ip6_mr_cache /proc/[n]/net/ip6_mr_vif /proc/[n]/net/ip_mr_cache /proc/[n]/net/ip_mr_vif /proc/[n]/net/netfilter* /proc/[n]/net/xfrm_stat", "no connector, routing of groups, packet filter and IPsec"),
        ("/proc/[n]/net/dev_snmp6* /proc/[n]/net/fib_triestat", "counters of IPv6 are the whole machine's (snmp6), and routes are no tree"),
        ("/proc/sys/net/core/bpf* /proc/sys/net/core/netdev_rss_key /proc/sys/net/core/xfrm* /proc/sys/net/ipv4/xfrm* /proc/sys/net/ipv6/xfrm*", "no BPF, hashes of a card, IPsec"),
        ("/proc/sys/net/ipv4/cipso* /proc/sys/net/ipv6/calipso* /proc/sys/net/mptcp* /proc/sys/net/netfilter*", "no labels in packets, multipath TCP and packet filter"),
        ("/proc/sys/net/ipv4/tcp_fastopen_key", "no fast open"),
        ("/sys/hypervisor /sys/devices/system/memory /sys/devices/system/clockevents /sys/devices/system/container /sys/devices/system/cpu/vulnerabilities /sys/devices/system/cpu/cpufreq /sys/devices/system/cpu/cpuidle", "hardware that is not there or not described"),
        ("/sys/kernel/boot_params /sys/kernel/btf /sys/kernel/cgroup /sys/kernel/debug /sys/kernel/tracing /sys/kernel/security /sys/kernel/slab /sys/kernel/notes /sys/kernel/profiling /sys/kernel/rcu* /sys/kernel/irq /sys/kernel/iommu_groups", "the insides of Linux"),
        ("/sys/kernel/reboot /sys/kernel/software_nodes /sys/kernel/vmcoreinfo /sys/kernel/oops_count /sys/kernel/warn_count /sys/kernel/mm/ksm /sys/kernel/mm/swap /sys/kernel/mm/numa /sys/kernel/mm/damon /sys/kernel/mm/mempolicy", "the insides of Linux"),
        ("/sys/kernel/hardlockup_count /sys/kernel/softlockup_count", "newer than Linux 6.1"),
        ("/sys/kernel/mm/transparent_hugepage/khugepaged /sys/kernel/mm/transparent_hugepage/hugepages* /sys/kernel/mm/transparent_hugepage/anon_beside_full /sys/kernel/mm/transparent_hugepage/shrink_underused", "nothing collapses pages in the background"),
        ("/sys/fs/bpf /sys/fs/btrfs /sys/fs/erofs /sys/fs/ext4 /sys/fs/fuse /sys/fs/pstore /sys/fs/tmpfs /sys/fs/xfs", "file systems that are not there or have nothing to set"),
        ("/proc/sys/crypto* /proc/sys/dev/hpet* /proc/sys/debug/kprobes-optimization /proc/sys/fs/verity* /proc/sys/fs/binfmt_misc* /proc/sys/kernel/acpi_video_flags /proc/sys/kernel/kexec* /proc/sys/kernel/unprivileged_userns* /proc/sys/kernel/apparmor*", "ciphers, formats of programs, security modules and hardware that are not there"),
        ("/proc/sys/kernel/sched_child_runs_first /proc/sys/kernel/sched_energy_aware /proc/sys/kernel/sched_schedstats", "knobs of Linux's scheduler"),
        ("/proc/driver/rtc /proc/fs/ext4 /proc/fs/jbd2 /proc/fs/nfsd /proc/tty/driver/serial", "drivers that are not there"),
        ("/dev/cpu_dma_latency /dev/hpet /dev/hwrng /dev/kmsg /dev/mem /dev/port /dev/pts/ptmx /dev/rtc0 /dev/snapshot /dev/userfaultfd /dev/vcs* /dev/vga_arbiter /dev/ttyS*", "drivers that are not there, or what is not for programs"),
        ("/dev/tty0 /dev/tty1* /dev/tty2* /dev/tty3* /dev/tty4* /dev/tty5* /dev/tty6* /dev/tty7 /dev/tty8 /dev/tty9", "no virtual consoles"),
        ("/sys/kernel/kexec* /sys/kernel/livepatch /sys/kernel/mm/lru_gen* /sys/kernel/mm/hugepages/*", "no second kernel, no patches, no lists of pages by age, no pool of huge pages"),
        ("/sys/module/* /sys/power/* /sys/firmware/* /sys/dev/char/* /sys/dev/block/*", "no modules, nothing sleeps, no firmware's tables, and devices have no place below /sys/devices"),
        ("/sys/bus/acpi /sys/bus/auxiliary /sys/bus/clockevents /sys/bus/clocksource /sys/bus/container /sys/bus/cxl /sys/bus/dax /sys/bus/event_source /sys/bus/memory /sys/bus/memory_tiering /sys/bus/node /sys/bus/pci /sys/bus/pci_express /sys/bus/platform /sys/bus/pnp /sys/bus/serial /sys/bus/serio /sys/bus/workqueue /sys/bus/xen /sys/bus/xen-backend", "buses without devices"),
        ("/sys/class/bdi /sys/class/block /sys/class/bsg /sys/class/devlink /sys/class/dmi /sys/class/graphics /sys/class/input /sys/class/iommu /sys/class/leds /sys/class/mem /sys/class/misc /sys/class/nvme /sys/class/nvme-generic /sys/class/nvme-subsystem /sys/class/pci_bus /sys/class/power_supply /sys/class/powercap /sys/class/pps /sys/class/ptp /sys/class/rtc /sys/class/thermal /sys/class/tpm /sys/class/tpmrm /sys/class/tty /sys/class/vc /sys/class/vtconsole /sys/class/wakeup", "classes of devices that are not there or have no place below /sys/devices"),
        ("/sys/devices/LNXSYSTM:00 /sys/devices/breakpoint /sys/devices/kprobe /sys/devices/msr /sys/devices/pci0000:00 /sys/devices/pnp0 /sys/devices/software /sys/devices/tracepoint /sys/devices/uprobe", "devices that are not there, or that nobody looks for"),
        ("/sys/devices/system/clocksource/power* /sys/devices/system/clocksource/uevent /sys/devices/system/clocksource/clocksource0/power* /sys/devices/system/clocksource/clocksource0/subsystem /sys/devices/system/clocksource/clocksource0/uevent /sys/devices/system/clocksource/clocksource0/unbind_clocksource", "power management and events of a device that stays"),
        ("/sys/devices/system/cpu/hotplug* /sys/devices/system/cpu/modalias /sys/devices/system/cpu/power* /sys/devices/system/cpu/uevent /sys/devices/system/cpu/cpu0/crash_notes* /sys/devices/system/cpu/cpu0/driver /sys/devices/system/cpu/cpu0/firmware_node /sys/devices/system/cpu/cpu0/hotplug* /sys/devices/system/cpu/cpu0/node0 /sys/devices/system/cpu/cpu0/power* /sys/devices/system/cpu/cpu0/subsystem /sys/devices/system/cpu/cpu0/uevent /sys/devices/system/cpu/cpu0/cache/uevent /sys/devices/system/cpu/cpu0/cache/index0/uevent /sys/devices/system/cpu/cpu0/cache/index1/uevent /sys/devices/system/cpu/cpu0/cache/index2/uevent /sys/devices/system/cpu/cpu0/cache/index3/uevent", "power management and events of a CPU that stays"),
        ("/sys/devices/system/node/has_generic_initiator /sys/devices/system/node/power* /sys/devices/system/node/uevent /sys/devices/system/node/node0/compact /sys/devices/system/node/node0/cpu0 /sys/devices/system/node/node0/hugepages* /sys/devices/system/node/node0/memory* /sys/devices/system/node/node0/numastat /sys/devices/system/node/node0/power* /sys/devices/system/node/node0/subsystem /sys/devices/system/node/node0/uevent /sys/devices/system/node/node0/x86", "one memory node, whose allocator is not Linux's"),
    ];

    /// <summary>The reason for a file's absence, or null.</summary>
    public static string? ReasonFor(string path) =>
        All.FirstOrDefault(entry => entry.Paths.Split(' ').Any(pattern => pattern.EndsWith('*') ? path.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == path)).Reason;
}
