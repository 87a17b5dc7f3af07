// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Measuring;
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Results;

/// <summary>Collects a run for its Markdown file: figures, machine, versions, commands and configurations.</summary>
/// <param name="plan">How much was measured, and where.</param>
/// <param name="words">The words of the command.</param>
/// <param name="warning">What speaks against the figures; empty for nothing.</param>
internal sealed class VersusReport(VersusPlan plan, IReadOnlyList<string> words, string warning)
{
    // Before anything of the run loads the machine.
    private readonly string _machine = $"{Machine.Describe()}; TCP congestion control {ReadCongestionControl()}; load average {Machine.ReadLoad()} before";
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly List<RowResult> _rows = [];

    public IReadOnlyList<RowResult> Rows => _rows;

    public void Add(RowResult row) => _rows.Add(row);

    public string Write(Ring ring)
    {
        var text = new StringBuilder("# LbEngine beside HAProxy and nginx\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"`{CommandTable.Program} -- {VersusCommand.Name}{string.Concat(words.Select(word => " " + word))}`, {_start:yyyy-MM-dd HH:mm} UTC.\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{_machine}, {Machine.ReadLoad()} after. Balancers on core {plan.BalancerCore}, load and backends on {plan.LoadCores}; "
            + $"one thread each. ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{plan.Rounds} rounds of {plan.Seconds} s, after as many seconds as it takes until the cost falls no more; in each round the contenders take "
            + $"turns, every other round backwards. Medians; memory is measured once.{(plan.GivesVerdicts ? "" : " **A hint, not a result.**")}\n\n");
        if (warning.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"**{warning}**\n\n");
        }

        text.Append(
            "CPU is what the kernel's scheduler accounts to all threads of a balancer, user and kernel. "
            + "On the loopback interface a sender also does the receiver's part of the kernel's work, for all contenders alike. ");
        text.Append("The ratio is to the best peer (*), also where that lost datagrams. Less is better everywhere.\n\n");
        text.Append(RowTable.Summarize(_rows));
        foreach (RowResult row in _rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {row.Title}\n\n`{row.Command}`\n\n{RowTable.Write(row, plan.GivesVerdicts)}");
        }

        text.Append("\n## Versions\n\n").AppendJoin('\n', ring.Tools.DescribeVersions().Select(line => $"- {line}")).Append('\n');
        text.Append("\n## Configurations\n");
        foreach (Contender contender in ring.Contenders)
        {
            string arguments = string.Join(' ', contender.Arguments.Select(Path.GetFileName));
            string title = $"{contender.Name}: `{Path.GetFileName(contender.Program)} {arguments}`";
            AppendConfiguration(text, title, contender.Configuration);
        }

        AppendConfiguration(text, "HTTP backend (nginx)", ring.OriginConfiguration);
        return text.ToString();
    }

    private static string ReadCongestionControl() => File.ReadAllText("/proc/sys/net/ipv4/tcp_congestion_control").Trim();

    private static void AppendConfiguration(StringBuilder text, string title, string configuration)
    {
        string lines = string.Join('\n', configuration.Split('\n').Where(line => line.Trim().Length > 0));
        text.Append(CultureInfo.InvariantCulture, $"\n{title}\n\n```\n{lines}\n```\n");
    }
}
