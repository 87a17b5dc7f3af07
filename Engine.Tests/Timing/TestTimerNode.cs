// SPDX-License-Identifier: MIT
using LbEngine.Timing;

namespace LbEngine.Tests.Timing;

internal sealed class TestTimerNode : TimerNode;
