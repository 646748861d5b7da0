using System;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// The names that Linux 6.1 has below /proc/sys/net, with what holds here: its own defaults, and 0 for what there is not (ECN, redirects,
/// fast open, limits of ICMP by peer).
/// The signs are <see cref="TextTable"/>'s. What takes effect when it is written is added by <see cref="NetworkSettingFiles"/>.
/// </summary>
internal static class NetworkSettingTables
{
    public static ReadOnlySpan<byte> Core => """
        !busy_poll 0
        !busy_read 0
        !default_qdisc pfifo
        ~dev_weight 64
        ~dev_weight_rx_bias 1
        ~dev_weight_tx_bias 1
        !devconf_inherit_init_net 0
        !fb_tunnels_only_for_init_net 0
        !flow_limit_cpu_bitmap 0
        !flow_limit_table_len 4096
        ~gro_normal_batch 8
        ~high_order_alloc_disable 0
        !max_skb_frags 17
        ~mem_pcpu_rsv 256
        ~message_burst 10
        ~message_cost 5
        ~netdev_budget 300
        ~netdev_budget_usecs 8000
        ~netdev_max_backlog 1000
        !netdev_tstamp_prequeue 1
        ~netdev_unregister_timeout_secs 10
        !optmem_max 20480
        !rps_sock_flow_entries 0
        ~skb_defer_max 64
        !tstamp_allow_data 1
        !txrehash 0
        ~warnings 0
        """u8;

    public static ReadOnlySpan<byte> V4 => """
        !fib_multipath_hash_fields 7
        !fib_multipath_hash_policy 0
        !fib_multipath_use_neigh 0
        !fib_notify_on_flag_change 0
        !fib_sync_mem 524288
        !fwmark_reflect 0
        !icmp_echo_enable_probe 0
        !icmp_echo_ignore_all 0
        !icmp_echo_ignore_broadcasts 1
        !icmp_errors_use_inbound_ifaddr 0
        !icmp_ignore_bogus_error_responses 1
        !icmp_msgs_burst 100
        !icmp_msgs_per_sec 100
        !icmp_ratelimit 0
        !icmp_ratemask 6168
        !igmp_link_local_mcast_reports 1
        !igmp_max_memberships 20
        !igmp_max_msf 10
        !igmp_qrv 2
        !inet_peer_maxttl 600
        !inet_peer_minttl 120
        !inet_peer_threshold 35589
        !ip_autobind_reuse 0
        !ip_default_ttl 64
        !ip_dynaddr 0
        !ip_early_demux 1
        !ip_forward 0
        !ip_forward_update_priority 1
        !ip_forward_use_pmtu 0
        !ip_local_reserved_ports |
        !ip_no_pmtu_disc 0
        !ip_nonlocal_bind 0
        !ipfrag_high_thresh 4194304
        !ipfrag_low_thresh 3145728
        !ipfrag_max_dist 64
        !ipfrag_secret_interval 0
        !ipfrag_time 30
        !nexthop_compat_mode 1
        !ping_group_range 0	2147483647
        !raw_l3mdev_accept 1
        !tcp_abort_on_overflow 0
        !tcp_adv_win_scale 1
        !tcp_allowed_congestion_control reno cubic
        !tcp_app_win 31
        !tcp_autocorking 0
        =tcp_available_congestion_control reno cubic
        =tcp_available_ulp |
        !tcp_base_mss 1024
        !tcp_challenge_ack_limit 2147483647
        !tcp_child_ehash_entries 0
        !tcp_comp_sack_delay_ns 1000000
        !tcp_comp_sack_nr 0
        !tcp_comp_sack_slack_ns 100000
        !tcp_dsack 1
        !tcp_early_demux 1
        !tcp_early_retrans 3
        !tcp_ecn 0
        !tcp_ecn_fallback 1
        =tcp_ehash_entries 4096
        !tcp_fack 0
        !tcp_fastopen 0
        !tcp_fastopen_blackhole_timeout_sec 0
        !tcp_frto 0
        !tcp_fwmark_accept 0
        !tcp_invalid_ratelimit 500
        !tcp_l3mdev_accept 0
        !tcp_limit_output_bytes 1048576
        !tcp_low_latency 0
        !tcp_max_orphans 4096
        !tcp_max_reordering 300
        !tcp_max_tw_buckets 8192
        !tcp_migrate_req 0
        !tcp_min_rtt_wlen 300
        !tcp_min_snd_mss 48
        !tcp_min_tso_segs 2
        !tcp_moderate_rcvbuf 1
        !tcp_mtu_probe_floor 48
        !tcp_mtu_probing 1
        !tcp_no_metrics_save 1
        !tcp_no_ssthresh_metrics_save 1
        !tcp_notsent_lowat 4294967295
        !tcp_orphan_retries 0
        !tcp_pacing_ca_ratio 120
        !tcp_pacing_ss_ratio 200
        !tcp_probe_interval 600
        !tcp_probe_threshold 8
        !tcp_recovery 1
        !tcp_reflect_tos 0
        !tcp_reordering 3
        !tcp_retrans_collapse 1
        !tcp_retries1 3
        !tcp_retries2 15
        !tcp_rfc1337 1
        !tcp_sack 1
        !tcp_shrink_window 0
        !tcp_slow_start_after_idle 1
        !tcp_stdurg 0
        !tcp_synack_retries 5
        !tcp_thin_linear_timeouts 0
        !tcp_timestamps 1
        !tcp_tso_rtt_log 9
        !tcp_tso_win_divisor 3
        !tcp_tw_reuse 1
        !tcp_window_scaling 1
        !tcp_workaround_signed_windows 0
        !udp_early_demux 1
        !udp_l3mdev_accept 0
        !udp_rmem_min 4096
        !udp_wmem_min 4096
        """u8;

    public static ReadOnlySpan<byte> RouteV4 => """
        !error_burst 1250
        !error_cost 250
        !gc_elasticity 8
        !gc_interval 60
        !gc_min_interval 0
        !gc_min_interval_ms 500
        !gc_thresh -1
        !gc_timeout 300
        !max_size 2147483647
        !min_adv_mss 256
        !min_pmtu 552
        !mtu_expires 600
        !redirect_load 5
        !redirect_number 9
        !redirect_silence 5120
        """u8;

    public static ReadOnlySpan<byte> ConfigurationV4 => """
        !accept_local 0
        !accept_redirects 0
        !arp_accept 0
        !arp_announce 0
        !arp_evict_nocarrier 1
        !arp_filter 0
        !arp_ignore 0
        !arp_notify 0
        !bc_forwarding 0
        !bootp_relay 0
        !drop_gratuitous_arp 0
        !drop_unicast_in_l2_multicast 0
        !force_igmp_version 2
        !forwarding 0
        !igmpv2_unsolicited_report_interval 10000
        !igmpv3_unsolicited_report_interval 1000
        !ignore_routes_with_linkdown 0
        !log_martians 0
        =mc_forwarding 0
        !medium_id 0
        !promote_secondaries 0
        !proxy_arp 0
        !proxy_arp_pvlan 0
        !route_localnet 0
        !rp_filter 0
        !secure_redirects 1
        !send_redirects 1
        !shared_media 1
        !src_valid_mark 0
        !tag 0
        """u8;

    public static ReadOnlySpan<byte> Neighbor => """
        !anycast_delay 100
        !app_solicit 0
        !base_reachable_time 30
        !base_reachable_time_ms 30000
        !delay_first_probe_time 5
        !gc_stale_time 60
        !interval_probe_time_ms 5000
        !mcast_resolicit 0
        !mcast_solicit 3
        !proxy_delay 80
        !proxy_qlen 64
        !retrans_time_ms 1000
        !ucast_solicit 3
        !unres_qlen 101
        !unres_qlen_bytes 212992
        """u8;

    public static ReadOnlySpan<byte> V6 => """
        !anycast_src_echo_reply 0
        !auto_flowlabels 0
        !bindv6only 0
        !fib_multipath_hash_fields 7
        !fib_multipath_hash_policy 0
        !fib_notify_on_flag_change 0
        !flowlabel_consistency 1
        !flowlabel_reflect 0
        !flowlabel_state_ranges 0
        !fwmark_reflect 0
        !idgen_delay 1
        !idgen_retries 3
        !ioam6_id 16777215
        !ioam6_id_wide 72057594037927935
        !ip6frag_high_thresh 4194304
        !ip6frag_low_thresh 3145728
        !ip6frag_secret_interval 0
        !ip6frag_time 30
        !ip_nonlocal_bind 0
        !max_dst_opts_length 2147483647
        !max_dst_opts_number 8
        !max_hbh_length 2147483647
        !max_hbh_opts_number 8
        !mld_max_msf 64
        !mld_qrv 2
        !seg6_flowlabel 0
        """u8;

    public static ReadOnlySpan<byte> IcmpV6 => """
        !echo_ignore_all 0
        !echo_ignore_anycast 0
        !echo_ignore_multicast 0
        !ratelimit 0
        !ratemask 0-1,3-127
        """u8;

    public static ReadOnlySpan<byte> RouteV6 => """
        !gc_elasticity 9
        !gc_interval 30
        !gc_min_interval 0
        !gc_min_interval_ms 500
        !gc_thresh 1024
        !gc_timeout 60
        !max_size 2147483647
        !min_adv_mss 1220
        !mtu_expires 600
        !skip_notify_on_dev_down 0
        """u8;

    public static ReadOnlySpan<byte> ConfigurationV6 => """
        !accept_ra 1
        !accept_ra_defrtr 1
        !accept_ra_from_local 0
        !accept_ra_min_hop_limit 1
        !accept_ra_min_lft 0
        !accept_ra_mtu 1
        !accept_ra_pinfo 1
        !accept_ra_rt_info_max_plen 0
        !accept_ra_rt_info_min_plen 0
        !accept_ra_rtr_pref 1
        !accept_redirects 0
        !accept_source_route 0
        !accept_untracked_na 0
        !autoconf 1
        !dad_transmits 1
        !disable_ipv6 0
        !disable_policy 0
        !drop_unicast_in_l2_multicast 0
        !drop_unsolicited_na 0
        !enhanced_dad 0
        !force_mld_version 1
        !force_tllao 0
        !forwarding 0
        !hop_limit 64
        !ignore_routes_with_linkdown 0
        !ioam6_enabled 0
        !ioam6_id 65535
        !ioam6_id_wide 4294967295
        !keep_addr_on_down 0
        !max_addresses 16
        !max_desync_factor 600
        =mc_forwarding 0
        !mldv1_unsolicited_report_interval 10000
        !mldv2_unsolicited_report_interval 1000
        !ndisc_evict_nocarrier 1
        !ndisc_notify 0
        !ndisc_tclass 0
        !optimistic_dad 0
        !proxy_ndp 0
        !ra_defrtr_metric 1024
        !regen_max_retry 3
        !router_probe_interval 60
        !router_solicitation_delay 1
        !router_solicitation_interval 4
        !router_solicitation_max_interval 3600
        !router_solicitations 3
        !rpl_seg_enabled 0
        !seg6_enabled 0
        !seg6_require_hmac 0
        !suppress_frag_ndisc 1
        !temp_prefered_lft 86400
        !temp_valid_lft 604800
        !use_oif_addrs_only 0
        !use_optimistic 0
        """u8;
}
