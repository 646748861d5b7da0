# Loads every module of Perl's own library that has native code, and says what came of each.
use strict; use warnings;
use Config; use File::Find;
my %names;
for my $folder (grep { -d "$_/auto" && m{/perl(-base|/5)} && !m{/local/|/perl5/} } @INC) {
    find({no_chdir => 1, wanted => sub {
        return unless m{^\Q$folder\E/auto/(.*)/[^/]+\.so$};
        (my $name = $1) =~ s{/}{::}g; $names{$name} = 1;
    }}, "$folder/auto");
}
for my $name (sort keys %names) {
    my $ok = eval "require $name; 1";
    (my $why = $@) =~ s/ at .*//s;
    print "$name ", $ok ? 'ok' : $why, "\n";
}
for my $name (qw(autodie bigint charnames constant diagnostics encoding::warnings feature fields integer less locale overload parent sigtrap utf8 version Archive::Tar Attribute::Handlers Benchmark
    CPAN::Meta Carp Compress::Zlib DB_File Dumpvalue English Env Exporter ExtUtils::MakeMaker File::Copy File::Temp FindBin Getopt::Long HTTP::Tiny I18N::LangTags IO::Zlib IPC::Cmd IPC::Open3 JSON::PP Locale::Maketext
    Math::BigFloat Math::Complex Memoize Module::CoreList Net::FTP Net::SMTP Net::Ping Params::Check Perl::OSType PerlIO::via::QuotedPrint Pod::Usage Safe Search::Dict SelfLoader Symbol TAP::Harness Term::ANSIColor
    Test::More Text::Balanced Text::Wrap Thread::Queue Tie::File Time::Local Time::gmtime Unicode::Collate Unicode::UCD User::pwent)) {
    my $ok = eval "require $name; 1";
    (my $why = $@) =~ s/ at .*//s;
    print "$name ", $ok ? 'ok' : $why, "\n";
}
