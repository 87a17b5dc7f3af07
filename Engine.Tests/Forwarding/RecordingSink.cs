// SPDX-License-Identifier: MIT
using LbEngine.Observability;

namespace LbEngine.Tests.Forwarding;

/// <summary>Keeps the last record, and counts them.</summary>
internal sealed class RecordingSink : IConnectionSink
{
    public ClosedConnection Last { get; private set; }

    public int Records { get; private set; }

    public void Write(in ClosedConnection closed)
    {
        Last = closed;
        Records++;
    }
}
