// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Tests.Forwarding;

/// <summary>A flow without a socket.</summary>
internal sealed class TestFlow : Flow;
